import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeRequestFiles } from './load/request-files.js';
import type { MeasurementContext } from './measurements/measurement-context.js';
import { profileIngest } from './measurements/profile.js';
import { type Options, parseOptions, usage } from './options.js';
import { profileReport } from './profile-report.js';
import { report } from './report.js';
import { measureAll } from './results.js';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options | undefined;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (!options) {
    process.stdout.write(usage);
    return 0;
  }
  if (options.profile) {
    const profile = await withContext(options, (context) => profileIngest(context, '610 KB plain'));
    await writeJson(options, profile);
    process.stdout.write(profileReport(profile));
    return 0;
  }
  const results = await withContext(options, measureAll);
  await writeJson(options, results);
  process.stdout.write(report(results));
  return 0;
}

async function writeJson({ jsonFile }: Options, results: object): Promise<void> {
  if (jsonFile === undefined) return;
  await writeFile(jsonFile, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** Measures in a folder of its own, which is gone afterwards. */
async function withContext<T>(
  { plan, directory }: Options,
  measure: (context: MeasurementContext) => Promise<T>,
): Promise<T> {
  await mkdir(directory, { recursive: true });
  const folder = await mkdtemp(join(directory, 'bench-'));
  const removeAll = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
  const stop = (): void => void removeAll().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    progress('preparing requests');
    const requests = await writeRequestFiles(folder);
    const newFolder = async (): Promise<string> => await mkdtemp(join(folder, 'data-'));
    const goesOn = (round: number, rounds: number): boolean =>
      round < rounds && (round === 0 || performance.now() < plan.furtherRoundsUntilMs);
    return await measure({ plan, folder, requests, newFolder, goesOn, progress });
  } finally {
    await removeAll();
  }
}

function progress(text: string): void {
  const seconds = String(Math.round(performance.now() / 1000)).padStart(4);
  process.stderr.write(`${seconds} s  ${text}\n`);
}
