import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { crc32 } from 'node:zlib';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BlobInfo, BlobStore } from './blob-store.js';

/** An empty store for one test. */
interface BlobStoreUnderTest {
  readonly store: BlobStore;
  dispose(): Promise<void>;
}

/** Declares the tests that every blob store must pass. */
export function blobStoreContract(
  name: string,
  makeStore: () => Promise<BlobStoreUnderTest>,
): void {
  describe(`${name} as a blob store`, () => {
    let underTest: BlobStoreUnderTest;
    let store: BlobStore;
    let scratch: string;

    beforeEach(async () => {
      underTest = await makeStore();
      store = underTest.store;
      scratch = await mkdtemp(join(tmpdir(), 'blob-contract-'));
    });

    afterEach(async () => {
      await underTest.dispose();
      await rm(scratch, { recursive: true });
    });

    async function fileOf(bytes: Buffer): Promise<{ path: string; size: number }> {
      const path = join(scratch, `file-${bytes.length}`);
      await writeFile(path, bytes, { flush: true });
      return { path, size: bytes.length };
    }

    it.each([0, 1, 4096, 3_000_001])('returns the %i bytes that were put', async (size) => {
      const bytes = someBytes(size);
      await store.put('v1/dump/one', bytes);
      expect((await store.get('v1/dump/one')).equals(bytes)).toBe(true);
    });

    it('stores bytes whose checksum is known', async () => {
      const bytes = someBytes(100_000);
      const checked = { bytes, crc32: crc32(bytes).toString(16).padStart(8, '0') };
      await store.put('v1/dump/one', checked);
      expect((await store.get('v1/dump/one')).equals(bytes)).toBe(true);
    });

    it('accepts each character of valid keys', async () => {
      const key = 'v1/Az09._=-/=a==';
      await store.put(key, Buffer.from('x'));
      expect((await store.get(key)).toString()).toBe('x');
      await store.delete(key);
      expect(await keys(store, '')).toEqual([]);
    });

    it('stores a finished file and does not remove it', async () => {
      const bytes = someBytes(100_000);
      const file = await fileOf(bytes);
      await store.put('v1/envelope/20261122/a', file);
      await store.put('v1/envelope/20261122/b', file);
      expect((await store.get('v1/envelope/20261122/a')).equals(bytes)).toBe(true);
      expect((await store.get('v1/envelope/20261122/b')).equals(bytes)).toBe(true);
    });

    it.each([3, 2_500_000])('stores two files of %i bytes one after the other', async (size) => {
      const [first, second] = [someBytes(size + 1), Buffer.alloc(size, 'second')];
      const files = [await fileOf(first), await fileOf(second), await fileOf(Buffer.alloc(0))];
      for (const body of [files, files.toReversed(), files]) await store.put('v1/batch/a', body);
      await Promise.all(files.map(async ({ path }) => await rm(path)));
      expect((await store.get('v1/batch/a')).equals(Buffer.concat([first, second]))).toBe(true);
    });

    it('rejects several files of which one does not exist or has another size', async () => {
      const file = await fileOf(someBytes(100));
      const missing = { path: join(scratch, 'none'), size: 3 };
      const refused = store.put('a', [file, missing]);
      await expect(refused).rejects.toMatchObject({ code: 'not_found' });
      const grown = { ...file, size: 99 };
      await expect(store.put('a', [file, grown])).rejects.toMatchObject({ code: 'unavailable' });
      await expect(store.get('a')).rejects.toMatchObject({ code: 'not_found' });
    });

    it('keeps the object after its source file is removed', async () => {
      const bytes = someBytes(5000);
      const file = await fileOf(bytes);
      await store.put('a', file);
      await rm(file.path);
      expect((await store.get('a')).equals(bytes)).toBe(true);
    });

    it('rejects a file that does not exist', async () => {
      const body = { path: join(scratch, 'none'), size: 3 };
      await expect(store.put('a', body)).rejects.toMatchObject({ code: 'not_found' });
      await expect(store.get('a')).rejects.toMatchObject({ code: 'not_found' });
    });

    it('replaces an object by bytes, by a file and by the same file again', async () => {
      const file = await fileOf(Buffer.from('from a file'));
      await store.put('a', Buffer.from('a longer first version'));
      await store.put('a', file);
      await store.put('a', file);
      expect((await store.get('a')).toString()).toBe('from a file');
      await store.put('a', Buffer.from('bytes'));
      expect((await store.get('a')).toString()).toBe('bytes');
      expect(await keys(store, '')).toEqual(['a']);
    });

    it('keeps one complete version after concurrent puts of one key', async () => {
      const versions = Array.from({ length: 12 }, (_, index) => Buffer.alloc(50_000, index + 1));
      await Promise.all(versions.map((version) => store.put('a/b', version)));
      const stored = await store.get('a/b');
      expect(versions.some((version) => version.equals(stored))).toBe(true);
    });

    it('never shows a reader a mixture of two versions', async () => {
      const old = Buffer.alloc(200_000, 'o');
      const young = Buffer.alloc(200_000, 'y');
      await store.put('a', old);
      const puts = Promise.all([store.put('a', young), store.put('a', old), store.put('a', young)]);
      const reads = await Promise.all(Array.from({ length: 20 }, () => store.get('a')));
      await puts;
      for (const read of reads) expect(read.equals(old) || read.equals(young)).toBe(true);
    });

    it('rewrites an object, or leaves it as it is', async () => {
      await store.put('a/b', Buffer.from('old'));
      expect(await store.rewrite('a/b', () => undefined)).toBe(false);
      expect((await store.get('a/b')).toString()).toBe('old');
      const changed = store.rewrite('a/b', async (bytes) => Buffer.concat([bytes, bytes]));
      expect(await changed).toBe(true);
      expect((await store.get('a/b')).toString()).toBe('oldold');
      expect(await keys(store, '')).toEqual(['a/b']);
    });

    it('does not rewrite what another writer has replaced or deleted', async () => {
      await store.put('a', Buffer.from('old'));
      const overtaken = store.rewrite('a', async () => {
        await store.put('a', Buffer.from('new'));
        return Buffer.from('mine');
      });
      await expect(overtaken).rejects.toMatchObject({ code: 'conflict', retryable: true });
      expect((await store.get('a')).toString()).toBe('new');
      const deleted = store.rewrite('a', async () => {
        await store.delete('a');
        return Buffer.from('mine');
      });
      await expect(deleted).rejects.toMatchObject({ name: 'BlobStoreError' });
      expect(await keys(store, '')).toEqual([]);
      const missing = store.rewrite('a', () => Buffer.from('mine'));
      await expect(missing).rejects.toMatchObject({ code: 'not_found' });
    });

    it('lets one of several rewrites win', async () => {
      await store.put('a', Buffer.from(' '));
      const { promise: allHaveRead, resolve } = Promise.withResolvers<void>();
      let reads = 0;
      const rewrites = Array.from({ length: 4 }, (_, index) =>
        store.rewrite('a', async () => {
          reads += 1;
          if (reads === 4) resolve();
          await allHaveRead;
          return Buffer.from(String(index));
        }),
      );
      const outcomes = await Promise.allSettled(rewrites);
      const winners = outcomes.flatMap(({ status }, index) =>
        status === 'fulfilled' ? [String(index)] : [],
      );
      expect(winners).toEqual([(await store.get('a')).toString()]);
    });

    it('keeps an object whose older versions are deleted, and deletes it with all', async () => {
      await store.put('a', Buffer.from('x'));
      await store.put('ab', Buffer.from('x'));
      await store.deleteVersions('a', 'older');
      expect(await keys(store, '')).toEqual(['a', 'ab']);
      await store.deleteVersions('a', 'all');
      await store.deleteVersions('a', 'all');
      await store.deleteVersions('never/there', 'older');
      expect(await keys(store, '')).toEqual(['ab']);
    });

    it('tells the size of an object; a missing key has none, and reading it fails with not_found', async () => {
      await store.put('a/b', Buffer.alloc(100_000));
      expect(await store.size('a/b')).toBe(100_000);
      for (const absent of ['b', 'a', 'a/b/c', 'a/c']) {
        expect(await store.size(absent)).toBeUndefined();
        await expect(store.get(absent)).rejects.toMatchObject({
          name: 'BlobStoreError',
          code: 'not_found',
          retryable: false,
        });
      }
    });

    it('deletes an object, and succeeds for a missing key', async () => {
      await store.put('a/b', Buffer.from('x'));
      await store.delete('a/b');
      await expect(store.get('a/b')).rejects.toMatchObject({ code: 'not_found' });
      await expect(store.delete('a/b')).resolves.toBeUndefined();
      await expect(store.delete('never/there')).resolves.toBeUndefined();
    });

    it('does not delete an object whose key only begins with the given key', async () => {
      await store.put('a/b', Buffer.from('x'));
      await store.delete('a');
      expect(await keys(store, '')).toEqual(['a/b']);
    });

    it.each(['', '/', '../x', 'a/../b', 'a//b', 'a/', '.hidden', 'a/.b', 'a b', 'a\0b', 'ä'])(
      'rejects the key %j',
      async (key) => {
        const refusal = { code: 'invalid_key', retryable: false };
        await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject(refusal);
        await expect(store.get(key)).rejects.toMatchObject(refusal);
        await expect(store.size(key)).rejects.toMatchObject(refusal);
        await expect(store.delete(key)).rejects.toMatchObject(refusal);
      },
    );

    it('lists objects by prefix in key order, with sizes and times', async () => {
      const stored = ['a-b', 'a.b', 'a/b', 'a/c/d', 'a0', 'aa', 'b/a', 'A'];
      const before = Date.now();
      await Promise.all(stored.map((key, size) => store.put(key, someBytes(size))));
      expect(await keys(store, '')).toEqual(['A', 'a-b', 'a.b', 'a/b', 'a/c/d', 'a0', 'aa', 'b/a']);
      expect(await keys(store, 'a')).toEqual(['a-b', 'a.b', 'a/b', 'a/c/d', 'a0', 'aa']);
      expect(await keys(store, 'a/')).toEqual(['a/b', 'a/c/d']);
      expect(await keys(store, 'a/c')).toEqual(['a/c/d']);
      expect(await keys(store, 'a/b')).toEqual(['a/b']);
      expect(await keys(store, 'a/c/d/e')).toEqual([]);
      expect(await keys(store, 'none/')).toEqual([]);
      const [info] = await collect(store.list('b/'));
      expect(info).toMatchObject({ key: 'b/a', size: 6 });
      // S3 reports whole seconds, by its own clock.
      expect(Math.abs(Number(info?.modifiedAt) - before)).toBeLessThan(60_000);
    });

    it('lists only the objects after a string, which need not be a key', async () => {
      const stored = ['a', 'd/1/x', 'd/1/y', 'd/2/x', 'd/2/y', 'd0', 'e'];
      await Promise.all(stored.map((key) => store.put(key, someBytes(1))));
      expect(await keys(store, '', 'd/1/x')).toEqual(stored.slice(2));
      expect(await keys(store, 'd/', 'd/1/~')).toEqual(['d/2/x', 'd/2/y']);
      expect(await keys(store, 'd/2/', 'd/2/x')).toEqual(['d/2/y']);
      expect(await keys(store, 'd/', 'b')).toEqual(['d/1/x', 'd/1/y', 'd/2/x', 'd/2/y']);
      expect(await keys(store, 'd/', 'd/~')).toEqual([]);
      expect(await keys(store, 'd/', 'e')).toEqual([]);
    });

    it('lists more objects than one page of S3 contains', async () => {
      const stored = Array.from({ length: 1005 }, (_, index) => `p/${String(index + 1000)}`);
      for (let first = 0; first < stored.length; first += 50) {
        const page = stored.slice(first, first + 50);
        await Promise.all(page.map((key) => store.put(key, Buffer.from('x'))));
      }
      expect(await keys(store, 'p/')).toEqual(stored);
      expect(await keys(store, 'p/', 'p/1001')).toEqual(stored.slice(2));
    });

    it('can stop listing early and tolerates deletions while listing', async () => {
      await Promise.all(['l/a', 'l/b', 'l/c'].map((key) => store.put(key, Buffer.from('x'))));
      const seen: string[] = [];
      for await (const { key } of store.list('l/')) {
        seen.push(key);
        await store.delete('l/c');
      }
      expect(seen.slice(0, 2)).toEqual(['l/a', 'l/b']);
      for await (const { key } of store.list('l/')) {
        expect(key).toBe('l/a');
        break;
      }
    });

    it('passes its own check', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}

function someBytes(size: number): Buffer {
  return Buffer.from(
    Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 255),
  );
}

async function collect(listing: AsyncIterable<BlobInfo>): Promise<BlobInfo[]> {
  const infos: BlobInfo[] = [];
  for await (const info of listing) infos.push(info);
  return infos;
}

async function keys(store: BlobStore, prefix: string, after?: string): Promise<string[]> {
  return (await collect(store.list(prefix, { after }))).map(({ key }) => key);
}
