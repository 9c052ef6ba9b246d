import { join } from 'node:path';
import { type BlobStore, BlobStoreError, openDirectoryBlobStore } from '#antenna/blob-store';
import { serializeProcessedCrash } from '#antenna/processed-crash';
import { interceptBlobStore, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { aProcessedCrash, crashIdOf } from '../test/a-processed-crash.js';
import { indexPending, markPending, pendingCount } from './pending-crashes.js';

let directory: TemporaryDirectory;
let store: BlobStore;
const written: string[] = [];
const unreadable: string[] = [];

beforeEach(async () => {
  directory = await temporaryDirectory();
  store = await openDirectoryBlobStore({ directory: join(directory.path, 'crashes') });
  written.length = 0;
  unreadable.length = 0;
  for (const id of [1, 2, 3].map(crashIdOf)) {
    await store.put(`v1/processed_crash/${id}`, serializeProcessedCrash(aProcessedCrash(id)));
    await markPending(store, id, 1000);
  }
});

afterEach(() => directory.remove());

async function catchUp(code: 'access_denied' | 'unavailable'): Promise<number> {
  const failing = interceptBlobStore(store, ({ operation, key }) => {
    if (operation === 'get' && key === `v1/processed_crash/${crashIdOf(2)}`)
      throw new BlobStoreError(code, 'no');
  });
  return await indexPending(failing, {
    now: () => 2000,
    signal: new AbortController().signal,
    put: async (entries) => void written.push(...entries.map(({ facts }) => facts.crash_id)),
    remove: async (crashIds) => void written.push(...crashIds),
    onWritten: () => undefined,
    onUnreadable: (crashId) => void unreadable.push(crashId),
  });
}

it('goes on behind a crash that the store refuses to give, and keeps its marker', async () => {
  await catchUp('access_denied');
  expect(written.toSorted()).toEqual([crashIdOf(1), crashIdOf(3)]);
  expect(unreadable).toEqual([crashIdOf(2)]);
  expect(await pendingCount(store)).toBe(1);
});

it('ends when the store is away, and keeps the markers', async () => {
  await expect(catchUp('unavailable')).rejects.toMatchObject({ code: 'unavailable' });
  expect(await pendingCount(store)).toBeGreaterThan(0);
});
