/**
 * The minimum cost of moving stored reports: read a file, write it to another folder, sync it, remove the first. Prints
 * the time for all files of a folder as JSON.
 *
 * Arguments: source folder, destination folder, files at a time.
 */
import { open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const [from = '', to = '', concurrency = '16'] = process.argv.slice(2);

async function move(name: string): Promise<void> {
  const bytes = await readFile(join(from, name));
  const file = await open(join(to, name), 'wx');
  await file.writeFile(bytes);
  await file.datasync();
  await file.close();
  await unlink(join(from, name));
}

const names = await readdir(from);
const startedAt = performance.now();
const cpu = process.cpuUsage();
const left = names.values();
await Promise.all(
  Array.from({ length: Number(concurrency) }, async () => {
    for (const name of left) await move(name);
  }),
);
const { user, system } = process.cpuUsage(cpu);
const measured = {
  reports: names.length,
  elapsedMs: performance.now() - startedAt,
  cpuMs: (user + system) / 1000,
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
