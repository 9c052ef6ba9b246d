import { type Stats, statSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isBlobKey } from '../blob-key.js';
import type { BlobInfo } from '../blob-store.js';
import { isObjectMissing } from './blob-file-error.js';

/** Files that are looked at before other work of the process gets a turn. */
const filesPerTurn = 16;
/** Keys of one folder that are kept in memory; a larger folder is read several times. */
const pageKeys = 25_000;

interface Listing {
  readonly root: string;
  readonly prefix: string;
  readonly after: string;
  readonly pageSize: number;
}

/**
 * Walks the folders below the root and yields the objects whose key begins with the prefix, in key order.
 * Skips entries that are not valid keys (temporary files, `lost+found`), entries that are neither files nor
 * folders, and files that are deleted during the walk.
 */
export async function* listBlobs(
  root: string,
  prefix: string,
  options: { readonly after?: string | undefined; readonly pageSize?: number } = {},
): AsyncGenerator<BlobInfo> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const { after = '', pageSize = pageKeys } = options;
  if (folder === '' || isBlobKey(folder.slice(0, -1)))
    yield* walk({ root, prefix, after, pageSize }, folder);
}

async function* walk(listing: Listing, folder: string): AsyncGenerator<BlobInfo> {
  let last = '';
  for (;;) {
    const keys = await nextKeys(listing, folder, last);
    for (const [index, key] of keys.entries()) {
      if (index % filesPerTurn === filesPerTurn - 1) await setImmediate();
      if (key.endsWith('/')) {
        yield* walk(listing, key);
      } else {
        const stats = statOf(join(listing.root, key));
        if (stats?.isFile() === true) yield { key, size: stats.size, modifiedAt: stats.mtime };
      }
    }
    if (keys.length < listing.pageSize) return;
    last = keys.at(-1) ?? '';
  }
}

/**
 * The first entries of a folder after `last`, as keys; those of folders end with a slash. Sorted with it, `a-b` comes
 * before `a/b` as in S3; without it, the folder `a` would come before the file `a-b`.
 */
async function nextKeys(listing: Listing, folder: string, last: string): Promise<string[]> {
  const { root, pageSize } = listing;
  let keys: string[] = [];
  let end: string | undefined;
  try {
    for await (const entry of await opendir(join(root, folder), { bufferSize: 1024 })) {
      if (!isBlobKey(entry.name) || !(entry.isFile() || entry.isDirectory())) continue;
      const key = `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`;
      if (key <= last || (end !== undefined && key > end) || !isListed(listing, key)) continue;
      keys.push(key);
      if (keys.length < pageSize * 2) continue;
      keys = keys.toSorted(byCodeUnit).slice(0, pageSize);
      end = keys.at(-1);
    }
  } catch (error) {
    if (!isObjectMissing(error)) throw error;
  }
  return keys.toSorted(byCodeUnit).slice(0, pageSize);
}

function isListed({ prefix, after }: Listing, key: string): boolean {
  const isFolder = key.endsWith('/');
  return (
    (key.startsWith(prefix) || (isFolder && prefix.startsWith(key))) &&
    (key > after || (isFolder && after.startsWith(key)))
  );
}

/** Synchronous, as in file-calls.ts: a turn of the thread pool costs ten times as much. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isObjectMissing(error)) return undefined;
    throw error;
  }
}

/** Keys are ASCII, so the order of code units is that of S3's UTF-8 bytes. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
