import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { type ModuleId, symbolPath } from '../module-id.js';
import { aModule, symbolText } from '../../test/symbol-files.js';
import { openSymbols } from '../../test/symbols-in-test.js';
import type { S3Access, SymbolStore } from './symbol-source.js';
import { openStore } from './open-source.js';

interface StoreUnderTest {
  /** Of an empty place. */
  readonly location: string;
  readonly s3: S3Access;
}

const signal = AbortSignal.timeout(60_000);
const names = ['xul.pdb', 'libstdc++.so.6', 'A Framework', 'ä&=%2f#?.so', 'a'];
const modules = names.map((name, n) => aModule(n + 1, name));

/**
 * Declares the tests that every place must pass to which symbol files can be added.
 * @param makeStore gets a directory for its own use
 */
export function symbolStoreContract(
  makeStore: (directory: string) => Promise<StoreUnderTest>,
): void {
  let underTest: StoreUnderTest;
  let store: SymbolStore;
  let scratch: TemporaryDirectory;

  beforeAll(async () => {
    scratch = await temporaryDirectory();
    underTest = await makeStore(join(scratch.path, 'store'));
    store = await openStore(underTest.location, underTest.s3);
  }, 60_000);

  afterAll(async () => {
    store.close();
    await scratch.remove();
  });

  async function put(path: string, content: string | Buffer): Promise<void> {
    const file = join(scratch.path, 'to-put');
    await writeFile(file, content);
    const isGzip = typeof content !== 'string';
    await store.put(path, { file, size: Buffer.byteLength(content), isGzip }, signal);
  }

  async function read(path: string, part: 'all' | 'head'): Promise<Buffer | undefined> {
    const stream = await store.open(path, part, signal);
    return stream && (await buffer(stream));
  }

  it('has nothing at first', async () => {
    expect(await Array.fromAsync(store.list(signal))).toEqual([]);
    expect(await store.open(pathOf(aModule()), 'all', signal)).toBeUndefined();
  });

  it('stores, lists and gives files with all names, and replaces them', async () => {
    for (const module of modules) {
      await put(pathOf(module), 'old');
      await put(pathOf(module), symbolText(module, 100_000));
    }
    const listed = await Array.fromAsync(store.list(signal));
    expect(listed.map(({ path }) => path).toSorted()).toEqual(modules.map(pathOf).toSorted());
    for (const { path, size, modifiedAt } of listed) {
      const bytes = await read(path, 'all');
      expect(bytes).toHaveLength(size);
      expect(bytes?.toString()).toMatch(/^MODULE Linux x86_64 .*\n$/s);
      expect((await read(path, 'head'))?.equals(bytes?.subarray(0, 4096) ?? Buffer.of())).toBe(
        true,
      );
      expect(Math.abs(modifiedAt.getTime() - Date.now())).toBeLessThan(60_000);
    }
  });

  it('is a source of symbols, also of compressed ones', async () => {
    const compressed = aModule(50);
    await put(pathOf(compressed), gzipSync(symbolText(compressed, 100_000)));
    const { symbols } = await openSymbols(scratch, [underTest.location], {}, underTest.s3);
    for (const module of [...modules, compressed]) expect(await symbols.find(module)).toBeDefined();
    expect(await symbols.lookup(aModule(99))).toEqual({ outcome: 'missing' });
    symbols.close();
  });
}

function pathOf(module: ModuleId): string {
  return symbolPath(module) ?? '';
}
