import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isBlobKey } from '../blob-key.js';
import type { BlobInfo } from '../blob-store.js';
import { isObjectMissing } from './blob-file-error.js';

/**
 * Walks the folders below the root and yields the objects whose key begins with the prefix, in key order.
 * Skips entries that are not valid keys (temporary files, `lost+found`), entries that are neither files nor
 * folders, and files that are deleted during the walk.
 */
export async function* listBlobs(root: string, prefix: string): AsyncGenerator<BlobInfo> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (folder === '' || isBlobKey(folder.slice(0, -1))) yield* walk(root, folder, prefix);
}

async function* walk(root: string, folder: string, prefix: string): AsyncGenerator<BlobInfo> {
  for (const key of await keysIn(root, folder)) {
    const isFolder = key.endsWith('/');
    if (isFolder && (key.startsWith(prefix) || prefix.startsWith(key))) {
      yield* walk(root, key, prefix);
    } else if (!isFolder && key.startsWith(prefix)) {
      const stats = await unlessMissing(stat(join(root, key)));
      if (stats?.isFile() === true) yield { key, size: stats.size, modifiedAt: stats.mtime };
    }
  }
}

/**
 * The entries of a folder as keys; those of folders end with a slash. Sorted with it, `a-b` comes before
 * `a/b` as in S3; without it, the folder `a` would come before the file `a-b`.
 */
async function keysIn(root: string, folder: string): Promise<string[]> {
  const entries: Dirent[] =
    (await unlessMissing(readdir(join(root, folder), { withFileTypes: true }))) ?? [];
  const keys: string[] = [];
  for (const entry of entries) {
    if (isBlobKey(entry.name) && (entry.isFile() || entry.isDirectory()))
      keys.push(`${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`);
  }
  return keys.toSorted(byCodeUnit);
}

async function unlessMissing<T extends Stats | Dirent[]>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isObjectMissing(error)) return undefined;
    throw error;
  }
}

/** Keys are ASCII, so the order of code units is that of S3's UTF-8 bytes. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
