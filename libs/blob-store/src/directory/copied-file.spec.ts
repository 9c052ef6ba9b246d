import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BlobStore } from '../blob-store.js';
import { openDirectoryBlobStore } from './directory-blob-store.js';

const candidate = '/dev/shm';

/** A file system other than that of the temporary directory, or undefined if the machine has none. */
async function findOtherFileSystem(): Promise<string | undefined> {
  const devices = await Promise.all(
    [candidate, tmpdir()].map(async (path) => (await stat(path).catch(() => undefined))?.dev),
  );
  return devices[0] === undefined || devices[0] === devices[1] ? undefined : candidate;
}

const otherFileSystem = await findOtherFileSystem();

(otherFileSystem === undefined ? describe.skip : describe)(
  'a finished file on another file system',
  () => {
    let directory: string;
    let source: string;
    let store: BlobStore;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'blob-copy-'));
      source = await mkdtemp(join(otherFileSystem ?? '', 'blob-source-'));
      store = await openDirectoryBlobStore({ directory });
    });

    afterEach(() =>
      Promise.all([directory, source].map((path) => rm(path, { recursive: true, force: true }))),
    );

    it('is copied, and replaces an existing object', async () => {
      const path = join(source, 'envelope');
      await writeFile(path, 'envelope');
      await store.put('v1/envelope/one', Buffer.from('before'));
      await store.put('v1/envelope/one', { path, size: 8 });
      expect(await readFile(join(directory, 'v1/envelope/one'), 'utf8')).toBe('envelope');
      expect(await readdir(join(directory, '.tmp'))).toEqual([]);
    });
  },
);
