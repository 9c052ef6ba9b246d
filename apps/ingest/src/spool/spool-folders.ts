/** The folders of the spool directory, and how an entry leaves them without destroying another. */
import { lstat, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { DirectorySync } from '#antenna/blob-store';
import { isMissing } from '#antenna/errors';

export interface SpoolFolders {
  readonly root: string;
  /** Complete envelopes that wait for shipping. */
  readonly envelopes: string;
  /** Envelopes that are being written; removed at start-up. */
  readonly temporary: string;
  /** Files that have a final name but are incomplete, after a power cut or by a disk fault, and foreign entries. */
  readonly damaged: string;
}

export const envelopeSuffix = '.envelope';

export function spoolFolders(root: string): SpoolFolders {
  return {
    root,
    envelopes: join(root, 'envelopes'),
    temporary: join(root, 'tmp'),
    damaged: join(root, 'damaged'),
  };
}

/**
 * Creates what is missing and makes it durable. No report depends on `damaged`, so that it may fail.
 * @returns whether a folder was missing
 */
export async function createSpoolFolders(folders: SpoolFolders): Promise<boolean> {
  let missing = false;
  for (const folder of [folders.envelopes, folders.temporary]) {
    const created = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (created === undefined) continue;
    missing = true;
    for (let path = folder; path.length >= created.length; path = dirname(path))
      await new DirectorySync(dirname(path)).sync();
  }
  await mkdir(folders.damaged, { mode: 0o700 }).catch(() => undefined);
  return missing;
}

/**
 * Moves an entry of any kind to `damaged`, under a name that is free there.
 * @returns the new name
 */
export async function moveToDamaged(folders: SpoolFolders, name: string): Promise<string> {
  await mkdir(folders.damaged, { recursive: true, mode: 0o700 });
  const free = await freeName(folders.damaged, name);
  await rename(join(folders.envelopes, name), join(folders.damaged, free));
  return free;
}

/** rename(2) would replace a file. No other process uses the spool, so that the name stays free. */
async function freeName(folder: string, name: string): Promise<string> {
  let candidate = name;
  for (let n = 2; await exists(join(folder, candidate)); n += 1) candidate = `${name}.${n}`;
  return candidate;
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
