import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { aModule, putSymbols, symbolText } from '../../test/symbol-files.js';
import { openSymbols } from '../../test/symbols-in-test.js';
import { openStore } from './open-source.js';
import { symbolStoreContract } from './symbol-store.contract.js';

const s3 = { region: undefined, s3Endpoint: undefined, s3PathStyle: false };
const module = aModule();
const signal = AbortSignal.timeout(60_000);

describe('a directory as a store of symbols', () => {
  symbolStoreContract(async (directory) => ({ location: join(directory, 'not', 'yet'), s3 }));
});

describe('a directory of symbols', () => {
  let directory: TemporaryDirectory;
  let location: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    location = join(directory.path, 'symbols');
  });
  afterEach(() => directory.remove());

  it('gives plain files in place, and inflates compressed ones once', async () => {
    const { symbols, value } = await openSymbols(directory, [location]);
    const compressed = aModule(2);
    const path = await putSymbols(location, module);
    await putSymbols(location, compressed, gzipSync(symbolText(compressed)));
    expect(await symbols.find(module)).toEqual({ path });
    for (const outcome of ['directory', 'cache'] as const) {
      const found = await symbols.find(compressed);
      expect(await readFile(found?.path ?? '', 'utf8')).toBe(symbolText(compressed));
      expect(await value('antenna.symbols.lookups', { outcome })).toBe(outcome === 'cache' ? 1 : 2);
    }
    symbols.close();
  });

  it('has a file as soon as it is there: its absence is not remembered', async () => {
    const { symbols } = await openSymbols(directory, [location]);
    expect(await symbols.lookup(module)).toEqual({ outcome: 'missing' });
    await putSymbols(location, module);
    expect(await symbols.find(module)).toBeDefined();
    symbols.close();
  });

  it.each([
    ['too_large', symbolText(module, 2000)],
    ['not_symbols', symbolText(aModule(7))],
    ['not_symbols', 'no symbols'],
    ['damaged', Buffer.from([0x1f, 0x8b, 1, 2, 3])],
  ])('does not give a file that is %s', async (reason, content) => {
    const { symbols, value } = await openSymbols(directory, [location], { maxBytes: 1000 });
    await putSymbols(location, module, content);
    expect(await symbols.lookup(module)).toEqual({ outcome: 'missing' });
    expect(await value('antenna.symbols.errors', { source: 'directory', reason })).toBe(1);
    symbols.close();
  });

  it('comes before the next place, and gives what is not in it to that', async () => {
    const second = join(directory.path, 'second');
    const both = await putSymbols(location, module);
    await putSymbols(second, module);
    const one = await putSymbols(second, aModule(2));
    const { symbols } = await openSymbols(directory, [location, second]);
    expect(await symbols.find(module)).toEqual({ path: both });
    expect(await symbols.find(aModule(2))).toEqual({ path: one });
    symbols.close();
  });

  it('lists only files of the layout', async () => {
    const path = await putSymbols(location, module);
    await writeFile(join(location, 'README'), '');
    await writeFile(`${path}.bak`, '');
    await mkdir(join(location, 'x', 'y', 'z'), { recursive: true });
    await symlink('nowhere', join(location, 'broken'));
    const listed = await Array.fromAsync((await openStore(location, s3)).list(signal));
    expect(listed).toMatchObject([{ path: path.slice(location.length + 1) }]);
  });

  it('removes what a killed process left when a file is added', async () => {
    await putSymbols(location, module);
    const [old, young] = [join(location, '.draft-old'), join(location, '.draft-young')];
    for (const file of [old, young]) await writeFile(file, 'half');
    await utimes(old, new Date(0), new Date(0));
    const file = join(directory.path, 'file');
    await writeFile(file, 'x');
    const put = { file, size: 1, isGzip: false };
    await (await openStore(location, s3)).put('a/b/c.sym', put, signal);
    expect((await readdir(location)).toSorted()).toEqual(['.draft-young', 'a', 'lib1.so']);
  });

  it.each([
    'https://user:secret@host/',
    'https://host/?token=secret',
    'ftp://host',
    's3://B',
    'https://',
  ])('is not what %s names', async (bad) => {
    const opened = openStore(bad, s3);
    await expect(opened).rejects.toMatchObject({ code: 'invalid_location', retryable: false });
    await expect(opened).rejects.not.toThrow('secret');
  });
});
