import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BlobStore } from '../blob-store.js';
import { openDirectoryBlobStore } from './directory-blob-store.js';
import { listBlobs } from './list-blobs.js';

describe('the directory behind a blob store', () => {
  let directory: string;
  let store: BlobStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'blob-layout-'));
    store = await openDirectoryBlobStore({ directory });
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function keys(): Promise<string[]> {
    const found: string[] = [];
    for await (const { key } of store.list('')) found.push(key);
    return found;
  }

  it('stores each object in a file named by its key and leaves no temporary file', async () => {
    await store.put('v1/dump/one', Buffer.from('minidump'));
    await store.put('v1/dump/one', { path: join(directory, 'v1/dump/one'), size: 8 });
    expect(await readFile(join(directory, 'v1/dump/one'), 'utf8')).toBe('minidump');
    expect(await readdir(join(directory, '.tmp'))).toEqual([]);
  });

  it('links a finished file instead of copying it', async () => {
    const path = join(directory, '.source');
    await writeFile(path, 'envelope');
    await store.put('v1/envelope/one', { path, size: 8 });
    const stored = await stat(join(directory, 'v1/envelope/one'));
    expect(stored.ino).toBe((await stat(path)).ino);
    expect(await readdir(join(directory, '.tmp'))).toEqual([]);
  });

  it('rejects a file that does not have the announced size', async () => {
    const path = join(directory, '.source');
    await writeFile(path, 'half');
    await expect(store.put('a', { path, size: 8 })).rejects.toThrow(
      'expected a file of 8 bytes, found 4 bytes',
    );
    expect(await keys()).toEqual([]);
  });

  it('rejects a key below an object and a key that is a folder, and keeps the existing object', async () => {
    await store.put('a/b', Buffer.from('first'));
    for (const key of ['a', 'a/b/c', 'a/b/c/d'])
      await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject({ code: 'invalid_key' });
    expect(await keys()).toEqual(['a/b']);
    expect(await readdir(join(directory, '.tmp'))).toEqual([]);
  });

  it('stores objects again after an operator removed the folders', async () => {
    await store.put('v1/dump/one', Buffer.from('x'));
    await rm(join(directory, 'v1'), { recursive: true });
    await rm(join(directory, '.tmp'), { recursive: true });
    await store.put('v1/dump/two', Buffer.from('y'));
    expect(await keys()).toEqual(['v1/dump/two']);
  });

  it('stores objects again after an operator removed the whole directory', async () => {
    await store.put('v1/dump/one', Buffer.from('x'));
    await rm(directory, { recursive: true });
    await store.put('v1/dump/two', Buffer.from('y'));
    expect(await keys()).toEqual(['v1/dump/two']);
    await rm(directory, { recursive: true });
    await store.check();
    await store.put('v1/dump/two', Buffer.from('y'));
    expect(await keys()).toEqual(['v1/dump/two']);
  });

  it('lists neither temporary nor foreign files, nor symbolic links', async () => {
    await store.put('a', Buffer.from('x'));
    await mkdir(join(directory, 'lost+found'));
    await writeFile(join(directory, '.tmp', 'half'), 'x');
    await writeFile(join(directory, 'backup~'), 'x');
    await link(join(directory, 'a'), join(directory, '.hidden'));
    await symlink('/etc', join(directory, 'etc'));
    expect(await keys()).toEqual(['a']);
  });

  it('lists a folder in key order when it is larger than a page', async () => {
    const stored = ['a', 'b-c', 'b/c', 'b/d', 'b0', 'c', 'd/e/f', 'e', 'f/a', 'f/b', 'f/c', 'g'];
    for (const key of stored) await store.put(key, Buffer.from('x'));
    for (const pageSize of [1, 2, 3, 4, 100]) {
      const listed = await Array.fromAsync(listBlobs(directory, '', { pageSize }));
      expect(listed.map(({ key }) => key)).toEqual(stored);
      const after = await Array.fromAsync(listBlobs(directory, '', { pageSize, after: 'b/c' }));
      expect(after.map(({ key }) => key)).toEqual(stored.slice(3));
    }
  });

  it('creates and removes nothing when it is opened for reading', async () => {
    const foreign = join(directory, 'foreign');
    await mkdir(foreign);
    await openDirectoryBlobStore({ directory: foreign, access: 'read' });
    expect(await readdir(foreign)).toEqual([]);
    const missing = openDirectoryBlobStore({ directory: join(directory, 'no'), access: 'read' });
    await expect(missing).rejects.toThrow(/cannot open the blob store .*no/);
    expect(await readdir(directory)).not.toContain('no');
  });

  it('rejects calls when the directory cannot be used', async () => {
    await rm(directory, { recursive: true });
    await symlink(join(directory, 'nowhere'), directory);
    await expect(store.check()).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'unavailable' });
    await rm(directory);
    await writeFile(directory, 'a file');
    await expect(openDirectoryBlobStore({ directory })).rejects.toMatchObject({
      name: 'BlobStoreError',
    });
  });
});
