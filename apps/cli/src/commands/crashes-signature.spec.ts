import { join } from 'node:path';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { CrashIndex, crashIndexFile, indexedCrash } from '#antenna/crash-index';
import { rawCrashKey } from '#antenna/crash-report';
import type { ProcessedCrash } from '#antenna/processed-crash';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aProcessedCrash, putProcessedCrash } from '../../test/a-processed-crash.js';
import { crashIdOf } from '../../test/crash-directory.js';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

describe('signatures in antenna crashes', () => {
  let data: TemporaryDirectory;
  let store: BlobStore;

  beforeEach(async () => {
    data = await temporaryDirectory();
    store = await openDirectoryBlobStore({ directory: join(data.path, 'crashes') });
    await put(1, { signature: 'OOM | small', reason: null }, { ProductName: 'Fenix' });
    await put(2, { signature: 'OOM | small | js::load' }, { ProductName: 'Firefox' });
    await store.put(rawCrashKey(crashIdOf(3)), Buffer.from('{}'));
  });

  afterEach(() => data.remove());

  async function put(number: number, facts: Partial<ProcessedCrash>, raw: object): Promise<void> {
    const processed = aProcessedCrash(crashIdOf(number), facts);
    await store.put(rawCrashKey(processed.uuid), Buffer.from(JSON.stringify(raw)));
    await putProcessedCrash(store, processed);
  }

  function crashes(...args: string[]): Promise<CapturedRun> {
    return runCaptured(['crashes', ...args, '--data-dir', data.path]);
  }

  async function found(...args: string[]): Promise<unknown[]> {
    const ls = ['ls', '--date', '20261120', '--json', '--columns', 'id,signature,reason'];
    const { code, stdout, stderr } = await crashes(...ls, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines
      .map((line) => JSON.parse(line) as Record<string, string>)
      .toSorted((a, b) => ((a['id'] ?? '') < (b['id'] ?? '') ? -1 : 1))
      .map(({ id, signature, reason }) => [Number(id?.slice(0, 8)), signature, reason]);
  }

  async function anIndex(...numbers: number[]): Promise<void> {
    const index = await CrashIndex.open(crashIndexFile(data.path));
    const crashes = numbers.map((number) =>
      indexedCrash(aProcessedCrash(crashIdOf(number), { signature: 'indexed' })),
    );
    await index.put(crashes, 0);
    index.setComplete();
    index.close();
  }

  it('are columns of ls, with the reason', async () => {
    expect(await found()).toEqual([
      [1, 'OOM | small', null],
      [2, 'OOM | small | js::load', 'SIGSEGV / SEGV_MAPERR'],
      [3, null, null],
    ]);
  });

  it.each([
    [['--signature', 'OOM | small'], [1]],
    [
      ['--signature', '~small'],
      [1, 2],
    ],
    [
      ['--signature', '~js::', '--signature', 'OOM | small'],
      [1, 2],
    ],
    [['--signature', '~small', '--product', 'Firefox'], [2]],
    [['--signature', 'small'], []],
  ])('are filtered by %j', async (args, numbers) => {
    expect((await found(...args)).map((row) => (row as unknown[])[0])).toEqual(numbers);
  });

  it('come from the index of npm start, which ls then shows by default', async () => {
    await anIndex(1);
    expect(await found()).toEqual([
      [1, 'indexed', 'SIGSEGV / SEGV_MAPERR'],
      [2, null, null],
      [3, null, null],
    ]);
    const { stdout } = await crashes('ls', '--date', '20261120', '--signature', 'indexed');
    expect(stdout).toMatch(/^id +stored +signature\n\S+ {2}\S+ {2}indexed\n$/);
  });

  it('leave the index when an annotation is removed from which they may come', async () => {
    await put(1, { annotations: { MozCrashReason: 'x' } }, { MozCrashReason: 'x' });
    await anIndex(1, 2);
    const removal = ['remove-annotation', 'MozCrashReason', '--reason', 'bug 1234'];
    expect((await crashes(...removal, '--date', '20261120')).code).toBe(0);
    expect(await found('--signature', 'indexed')).toHaveLength(1);
  });

  it('leave the index when their crash is erased', async () => {
    await anIndex(1, 2);
    const erase = ['erase', '--id', crashIdOf(1), '--reason', 'request 77'];
    expect((await crashes(...erase, '--dry-run')).code).toBe(0);
    expect(await found('--signature', 'indexed')).toHaveLength(2);
    expect((await crashes(...erase)).code).toBe(0);
    expect(await found('--signature', 'indexed')).toHaveLength(1);
  });
});
