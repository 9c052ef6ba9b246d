import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DirectorySync } from '#antenna/blob-store';
import { isMissing } from '#antenna/errors';

const prefix = '.draft-';
/** Longer than any file takes. The processes that write may be on other machines. */
const maxAgeMs = 60 * 60_000;

/**
 * Writes a file below the directory in one step: whoever looks finds the old file or the new one, also after a kill or
 * a power cut.
 * @param write makes the file at the path that it gets
 */
export async function replaceFile(
  directory: string,
  target: string,
  write: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = join(directory, `${prefix}${randomUUID()}`);
  try {
    await write(draft);
    await sync(draft);
    await mkdir(dirname(target), { recursive: true });
    await rename(draft, target);
    await new DirectorySync(dirname(target)).sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Removes what killed processes left. */
export async function removeOldDrafts(directory: string, now: number): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!isDraft(name)) continue;
    const path = join(directory, name);
    const modifiedMs = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      (error: unknown) => {
        if (isMissing(error)) return now;
        throw error;
      },
    );
    if (now - modifiedMs > maxAgeMs) await rm(path, { force: true });
  }
}

export function isDraft(name: string): boolean {
  return name.startsWith(prefix);
}

async function sync(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  await file.sync();
}
