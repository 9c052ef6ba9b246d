import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  canMountDisks,
  mountSmallDisk,
  type SmallDisk,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';
import type { BlobStore } from '../blob-store.js';
import { openDirectoryBlobStore } from './directory-blob-store.js';

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await directory.remove();
});

describe('the check of a directory', () => {
  it('leaves no file behind', async () => {
    const store = await openDirectoryBlobStore({ directory: directory.path });
    await Promise.all([store.check(), store.check()]);

    expect(await readdir(directory.path, { recursive: true })).toEqual(['.tmp']);
  });

  it('recreates a missing folder, as a put does', async () => {
    const store = await openDirectoryBlobStore({ directory: directory.path });
    await store.check();
    await rm(join(directory.path, '.tmp'), { recursive: true });

    await expect(store.check()).resolves.toBeUndefined();
  });
});

const onSmallDisk = canMountDisks() ? describe : describe.skip;

onSmallDisk(
  'the check of a directory on a small disk (skipped where no tmpfs can be mounted)',
  () => {
    let disk: SmallDisk;
    let store: BlobStore;

    beforeEach(async () => {
      disk = mountSmallDisk(directory.path, '64k');
      store = await openDirectoryBlobStore({ directory: directory.path });
    });

    afterEach(() => disk.unmount());

    it('fails with no_space on a full disk until there is space again', async () => {
      const ballast = join(directory.path, 'ballast');
      await expect(writeFile(ballast, Buffer.alloc(100_000))).rejects.toMatchObject({
        code: 'ENOSPC',
      });

      await expect(store.check()).rejects.toMatchObject({ code: 'no_space', retryable: true });
      expect(await readdir(join(directory.path, '.tmp'))).toEqual([]);
      await rm(ballast);
      await expect(store.check()).resolves.toBeUndefined();
    });

    it('fails with access_denied on a read-only disk, for root as well', async () => {
      disk.freeze();

      await expect(store.check()).rejects.toMatchObject({ code: 'access_denied', retryable: true });
    });
  },
);
