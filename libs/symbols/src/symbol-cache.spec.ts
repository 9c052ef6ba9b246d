import { readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startProcess, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { aModule, symbolText } from '../test/symbol-files.js';
import { SymbolCache } from './symbol-cache.js';

const bytes = 1000;

describe('SymbolCache', () => {
  let directory: TemporaryDirectory;
  let evictions: number;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    evictions = 0;
  });
  afterEach(() => directory.remove());

  function open(maxBytes = 1_000_000): Promise<SymbolCache> {
    return SymbolCache.open(directory.path, maxBytes, () => (evictions += 1));
  }

  it('gives what was stored, also to another process', async () => {
    const path = await store(await open(), 1);
    const other = await open();
    expect(await find(other, 1)).toBe(path);
    expect(await find(other, 2)).toBeUndefined();
    expect(other.bytes).toBe(bytes);
  });

  it('removes the files that were used least recently', async () => {
    const cache = await open(3 * bytes);
    for (const n of [1, 2, 3]) await store(cache, n);
    await find(cache, 3);
    await store(cache, 4);
    const kept = await Promise.all([1, 2, 3, 4].map((n) => find(cache, n)));
    expect(kept.map((path) => path !== undefined)).toEqual([true, false, true, true]);
    expect(evictions).toBe(1);
    expect(cache.bytes).toBe(3 * bytes);
  });

  it('shrinks at its start to a new limit', async () => {
    const before = await open();
    for (const n of [1, 2, 3]) await store(before, n);
    expect((await open(bytes)).bytes).toBe(bytes);
    expect(await readdir(directory.path)).toHaveLength(1);
  });

  it.each([
    ['is empty', (path: string) => truncate(path, 0)],
    ['is cut', (path: string) => truncate(path, 20)],
    ['is of another build', (path: string) => writeFile(path, symbolText(aModule(9)))],
  ])('does not give a file that %s', async (_, damage) => {
    const cache = await open();
    await damage(await store(cache, 1));
    expect(await find(cache, 1)).toBeUndefined();
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('keeps nothing of a file that could not be written', async () => {
    const cache = await open();
    const failed = cache.store('key', async (draft) => {
      await writeFile(draft, 'half');
      throw new Error('the source failed');
    });
    await expect(failed).rejects.toThrow('the source failed');
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('never shows half a file of a killed process, and removes it an hour later', async () => {
    const cache = await open();
    const draft = await new Promise<string>((resolve, reject) => {
      const writeAndDie = async (path: string): Promise<void> => {
        const script = `require('fs').writeFileSync(process.argv[1], 'MODULE'); process.kill(process.pid, 'SIGKILL')`;
        const killed = await startProcess(['-e', script, path]);
        await killed.exit;
        resolve(path);
        await Promise.withResolvers<void>().promise;
      };
      cache.store('key 1', writeAndDie).catch(reject);
    });
    expect(await find(await open(), 1)).toBeUndefined();
    expect(await exists(draft)).toBe(true);
    await utimes(draft, new Date(0), new Date(0));
    await open();
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('stays whole while several write, look and evict at the same time', async () => {
    const caches = await Promise.all([open(5 * bytes), open(5 * bytes), open(5 * bytes)]);
    const lengths = new Set<number>();
    const work = caches.flatMap((cache, index) =>
      Array.from({ length: 30 }, async (_, count) => {
        const n = 1 + ((index + count) % 8);
        await store(cache, n);
        const path = await find(cache, n);
        if (path === undefined) return;
        // Another may have removed it meanwhile.
        lengths.add((await readFile(path, 'utf8').catch(() => undefined))?.length ?? bytes);
      }),
    );
    await Promise.all(work);
    expect([...lengths]).toEqual([bytes]);
    expect(await readdir(directory.path)).toHaveLength(5);
  });

  it('says which setting to change when its directory cannot be used', async () => {
    const file = join(directory.path, 'file');
    await writeFile(file, '');
    const opened = SymbolCache.open(join(file, 'cache'), 1000, () => undefined);
    await expect(opened).rejects.toMatchObject({
      code: 'cache',
      retryable: true,
      message: expect.stringMatching(/^cannot use the symbol cache .*ENOTDIR.*SYMBOL_CACHE_DIR/),
    });
  });
});

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** Stores the n-th file, last used n minutes ago. */
async function store(cache: SymbolCache, n: number): Promise<string> {
  const text = symbolText(aModule(n)).padEnd(bytes, '\n');
  const path = await cache.store(`key ${n}`, (draft) => writeFile(draft, text));
  const used = new Date(Date.now() - n * 60_000);
  if (await exists(path)) await utimes(path, used, used);
  return path;
}

async function find(cache: SymbolCache, n: number): Promise<string | undefined> {
  return await cache.find(`key ${n}`, aModule(n).debugId);
}
