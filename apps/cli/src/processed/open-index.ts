import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import {
  CrashIndex,
  CrashIndexError,
  crashIndexFile,
  type CrashSearch,
  openCrashSearch,
} from '#antenna/crash-index';
import { isMissing, systemCode } from '#antenna/errors';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { CliContext } from '../cli-context.js';

/** The file of the index that `npm start` keeps of these crashes; undefined where there is none, as in S3. */
export async function indexFileOf({ location }: StoredCrashes): Promise<string | undefined> {
  if (location.startsWith('s3://') || basename(location) !== 'crashes') return undefined;
  const path = crashIndexFile(dirname(location));
  try {
    return (await stat(path)).isFile() ? path : undefined;
  } catch (error) {
    if (isMissing(error) || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The index, which the caller closes; undefined where there is none that has all processed crashes. */
export async function openIndex(crashes: StoredCrashes): Promise<CrashSearch | undefined> {
  const index = await openUndamaged(await indexFileOf(crashes), 'read');
  try {
    return index?.isComplete === true ? openCrashSearch(index.path) : undefined;
  } finally {
    index?.close();
  }
}

/** From the file that `CRASH_INDEX` names, or that `npm start` keeps. If it fails, the next comparison removes it. */
export async function removeFromFile(
  crashes: StoredCrashes,
  { environment }: CliContext,
  crashId: string,
): Promise<void> {
  const path = environment['CRASH_INDEX'] ?? '';
  const index = await openUndamaged(path === '' ? await indexFileOf(crashes) : path, 'write');
  try {
    await index?.remove([crashId]);
  } finally {
    index?.close();
  }
}

/** One that is damaged, until `npm start` has rebuilt it, or that this user cannot read is as if it were not there. */
async function openUndamaged(
  path: string | undefined,
  access: 'read' | 'write',
): Promise<CrashIndex | undefined> {
  if (path === undefined) return undefined;
  try {
    return await CrashIndex.openExisting(path, access);
  } catch (error) {
    const isIndexError = error instanceof CrashIndexError;
    if (isIndexError && (access === 'read' || error.code === 'damaged')) return undefined;
    throw error;
  }
}
