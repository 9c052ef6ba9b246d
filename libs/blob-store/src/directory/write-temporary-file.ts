import { constants, linkSync, lstatSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { isMissing, systemCode } from '#antenna/errors';
import { type BlobBody, BlobStoreError, type CheckedBytes, type FileBody } from '../blob-store.js';
import { chunksOf } from '../body-files.js';
import { blobFileError } from './blob-file-error.js';
import { sync, writeDurably } from './file-calls.js';

/** The codes of a refused hard link: another file system, no support for links, or too many of them. */
const linkRefusals: ReadonlySet<string | undefined> = new Set([
  'EXDEV',
  'EPERM',
  'EACCES',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EMLINK',
]);

/**
 * Gives a finished file its name in the store, which is atomic without a temporary name.
 * @returns false if the object exists or the file system refuses the link.
 */
export function linkNew(body: FileBody, path: string): boolean {
  try {
    linkSync(body.path, path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' || linkRefusals.has(code)) return false;
    throw error;
  }
}

/** What is written; this adapter needs no checksum. */
export type UncheckedBody = Exclude<BlobBody, CheckedBytes>;

/**
 * Writes the body to the path, which must not exist, and makes the bytes (not yet the name) durable.
 * One file is hard-linked if possible: its writer has synced it and will not change it, so its bytes are
 * durable already and need neither a copy nor another fsync.
 */
export async function writeTemporaryFile(path: string, body: UncheckedBody): Promise<void> {
  if (Buffer.isBuffer(body)) return writeDurably(path, [body]);
  if (!('path' in body)) return writeDurably(path, chunksOf(body));
  try {
    linkSync(body.path, path);
  } catch (error) {
    if (!linkRefusals.has(systemCode(error))) throw error;
    await copyDurably(body, path);
  }
}

/**
 * Checks that the file exists and has the announced size.
 * @throws BlobStoreError with code `not_found` if it does not exist.
 */
export function assertFinishedFile(body: FileBody): void {
  let actual: { isFile(): boolean; size: number };
  try {
    actual = lstatSync(body.path);
  } catch (error) {
    if (isMissing(error)) {
      throw new BlobStoreError('not_found', `cannot store ${body.path}: the file does not exist`, {
        cause: error,
      });
    }
    throw blobFileError(`read ${body.path}`, error);
  }
  if (!actual.isFile() || actual.size !== body.size) {
    throw new BlobStoreError(
      'unavailable',
      `cannot store ${body.path}: expected a file of ${body.size} bytes, found ${actual.size} bytes`,
    );
  }
}

async function copyDurably(body: FileBody, path: string): Promise<void> {
  await copyFile(body.path, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await sync(path, 'r+');
}
