import { constants } from 'node:fs';
import { copyFile, link, lstat, open } from 'node:fs/promises';
import { type BlobBody, BlobStoreError } from '../blob-store.js';
import { blobFileError, systemCode } from './blob-file-error.js';

type FileBody = Exclude<BlobBody, Buffer>;

/** Another file system, one without hard links or one that refuses them, too many links to the file. */
const linkRefusals: ReadonlySet<string | undefined> = new Set([
  'EXDEV',
  'EPERM',
  'EACCES',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EMLINK',
]);

/**
 * Puts the body at the path, which must be free, and makes the bytes (not yet the name) durable.
 * A file is linked when it can be: nobody will write to it again and its writer has synced it, so its
 * bytes are durable already and need neither copying nor another fsync.
 */
export async function writeTemporaryFile(path: string, body: BlobBody): Promise<void> {
  if (Buffer.isBuffer(body)) return writeDurably(path, body);
  try {
    await link(body.path, path);
  } catch (error) {
    if (!linkRefusals.has(systemCode(error))) throw error;
    await copyDurably(body, path);
  }
}

/**
 * Refuses a file that is not the finished file the caller speaks of.
 * @throws BlobStoreError with code `not_found` when there is none.
 */
export async function assertFinishedFile(body: FileBody): Promise<void> {
  let actual: { isFile(): boolean; size: number };
  try {
    actual = await lstat(body.path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      throw new BlobStoreError('not_found', `no file ${body.path} to store`, { cause: error });
    throw blobFileError(`read ${body.path}`, error);
  }
  if (!actual.isFile() || actual.size !== body.size) {
    throw new BlobStoreError(
      'unavailable',
      `${body.path} is not a file of ${body.size} bytes, it has ${actual.size}`,
    );
  }
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function copyDurably(body: FileBody, path: string): Promise<void> {
  await copyFile(body.path, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
