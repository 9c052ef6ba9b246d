/** Restores the spool at start-up, after the previous process ended at any point. */
import type { Stats } from 'node:fs';
import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { endMarkerBytes, endsWithEndMarker, isCrashId } from '#antenna/crash-report';
import { errorMessage } from '#antenna/errors';

import { openEnvelope } from './open-envelope.js';
import { envelopeSuffix, moveToDamaged, type SpoolFolders } from './spool-folders.js';
import type { SpooledEnvelope } from './waiting-envelopes.js';

interface Recovered {
  readonly envelopes: SpooledEnvelope[];
  readonly removedTemporary: number;
  /** Entries that were moved to `damaged`. */
  readonly damaged: { readonly name: string; readonly reason: string }[];
  /** Entries that stay where they are, because they can neither be read nor moved. */
  readonly skipped: { readonly path: string; readonly reason: string }[];
}

/** Entry of `envelopes` by which ingest tests the disk; a killed process may leave it. */
export const writeCheckName = 'write-check';

/**
 * Removes partial files, moves damaged ones aside, and lists the complete ones, oldest first. One bad entry
 * must not keep the others from being shipped, so a failure is an error only of a whole folder.
 */
export async function recoverSpool(folders: SpoolFolders): Promise<Recovered> {
  const recovered: Recovered = { envelopes: [], removedTemporary: 0, damaged: [], skipped: [] };
  const removedTemporary = await removeTemporary(folders, recovered);
  for (const name of await readdir(folders.envelopes)) {
    const path = join(folders.envelopes, name);
    try {
      await recoverEntry(folders, name, recovered);
    } catch (error) {
      recovered.skipped.push({ path, reason: errorMessage(error) });
    }
  }
  recovered.envelopes.sort((a, b) => a.spooledAt.getTime() - b.spooledAt.getTime());
  return { ...recovered, removedTemporary };
}

async function removeTemporary(folders: SpoolFolders, { skipped }: Recovered): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folders.temporary)) {
    const path = join(folders.temporary, name);
    try {
      await unlink(path);
      removed += 1;
    } catch (error) {
      skipped.push({ path, reason: errorMessage(error) });
    }
  }
  return removed;
}

async function recoverEntry(
  folders: SpoolFolders,
  name: string,
  { envelopes, damaged }: Recovered,
): Promise<void> {
  const path = join(folders.envelopes, name);
  const stats = await lstat(path);
  if (name === writeCheckName && stats.isFile()) return await unlink(path);
  const crashId = crashIdOf(name);
  const reason = await fault(path, crashId, stats);
  if (crashId !== undefined && reason === undefined) {
    envelopes.push({ crashId, path, size: stats.size, spooledAt: stats.mtime });
    return;
  }
  damaged.push({ name: await moveToDamaged(folders, name), reason: reason ?? 'unknown' });
}

/** `<crash id>.envelope`, or `<crash id>.<n>.envelope` when a client sent the same id more than once. */
function crashIdOf(fileName: string): string | undefined {
  if (!fileName.endsWith(envelopeSuffix)) return undefined;
  const id = fileName.split('.')[0] ?? '';
  return isCrashId(id) ? id : undefined;
}

/** Why the entry is no envelope, or undefined. */
async function fault(
  path: string,
  crashId: string | undefined,
  stats: Stats,
): Promise<string | undefined> {
  // Before it is opened: opening a device can have effects.
  if (!stats.isFile()) return 'not a regular file';
  if (!(await isComplete(path))) return 'incomplete';
  return crashId === undefined ? 'its name has no crash id' : undefined;
}

async function isComplete(path: string): Promise<boolean> {
  const file = await openEnvelope(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(endMarkerBytes, size));
    await file.read(tail, 0, tail.length, size - tail.length);
    return endsWithEndMarker(tail);
  } finally {
    await file.close();
  }
}
