import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isBlobKey } from '../blob-key.js';
import type { BlobInfo } from '../blob-store.js';
import { isMissing } from './blob-file-error.js';

/**
 * Walks the folders below the root and yields the objects whose key begins with the prefix, in key order.
 * What no key can name (temporary files, `lost+found`) and what is neither file nor folder is passed
 * over, and so is a file that vanishes while the walk is under way.
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
 * The folder's entries as keys, those of folders ending in a slash: sorted like that, `a-b` comes before
 * `a/b` as it does in S3, although the folder `a` would come before the file `a-b`.
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
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Keys are ASCII: code units and S3's UTF-8 bytes sort alike. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
