import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CrashIndex } from './crash-index.js';
import { indexedCrash } from './indexed-crash.js';
import { aProcessedCrash, crashIdOf } from '../test/a-processed-crash.js';

const noon = Date.UTC(2026, 10, 20, 12);
const hour = 3_600_000;
const query = { since: noon, until: noon + 4 * hour, limit: 10, buckets: 4 };

describe('the index of crashes', () => {
  let directory: TemporaryDirectory;
  let path: string;
  let index: CrashIndex;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    path = join(directory.path, 'new', 'crashes.sqlite');
    index = await CrashIndex.open(path);
  });

  afterEach(async () => {
    index.close();
    await directory.remove();
  });

  function put(number: number, facts: Parameters<typeof aProcessedCrash>[1], at = noon): void {
    index.put(indexedCrash(aProcessedCrash(crashIdOf(number), facts)), at);
  }

  it('returns what is known of a crash, and nothing of others', () => {
    put(1, { signature: 'a | b', reason: 'SIGSEGV / SEGV_MAPERR', product: null });
    expect(index.find(crashIdOf(1))).toEqual({
      crashId: crashIdOf(1),
      signature: 'a | b',
      reason: 'SIGSEGV / SEGV_MAPERR',
      product: null,
      version: '1.0',
      channel: 'release',
      process: 'parent',
      submittedAt: noon,
    });
    expect(index.find(crashIdOf(2))).toBeUndefined();
  });

  it('counts a crash once that is put again, with what was put last', () => {
    put(1, { signature: 'old' });
    put(1, { signature: 'new' });
    const { crashes, signatures } = index.top(query);
    expect(crashes).toBe(1);
    expect(signatures).toMatchObject([{ signature: 'new', count: 1 }]);
  });

  it('keeps a row that is newer than what a slow reader puts', () => {
    put(1, { signature: 'new' }, noon + 10);
    const old = indexedCrash(aProcessedCrash(crashIdOf(1), { signature: 'old' }));
    index.put(old, noon + 5, noon + 5);
    expect(index.find(crashIdOf(1))?.signature).toBe('new');
    index.put(old, noon + 15, noon + 15);
    expect(index.find(crashIdOf(1))?.signature).toBe('old');
  });

  it('removes a crash, unless its row is newer than said', () => {
    put(1, {}, noon);
    index.remove(crashIdOf(1), noon);
    expect(index.find(crashIdOf(1))).toBeDefined();
    index.remove(crashIdOf(1));
    index.remove(crashIdOf(1));
    expect(index.find(crashIdOf(1))).toBeUndefined();
  });

  it('counts by signature: the most frequent first, with times, versions and parts of the time', () => {
    const at = (hours: number): string => new Date(noon + hours * hour).toISOString();
    put(1, { signature: 'rare', submitted_timestamp: at(1) });
    put(2, { signature: 'often', version: '2.0', submitted_timestamp: at(0) });
    put(3, { signature: 'often', version: '1.0', submitted_timestamp: at(3.5) });
    put(4, { signature: 'often', version: '2.0', submitted_timestamp: at(3.9) });
    put(5, { signature: 'often', version: null, submitted_timestamp: at(2) });
    put(6, { signature: 'before', submitted_timestamp: at(-0.1) });
    put(7, { signature: 'after', submitted_timestamp: at(4) });
    expect(index.top(query)).toEqual({
      crashes: 5,
      signatureCount: 2,
      signatures: [
        {
          signature: 'often',
          count: 4,
          firstSeen: noon,
          lastSeen: noon + 3.9 * hour,
          versions: [
            { version: '2.0', count: 2 },
            { version: '1.0', count: 1 },
          ],
          versionCount: 2,
          buckets: [1, 0, 1, 2],
        },
        {
          signature: 'rare',
          count: 1,
          firstSeen: noon + hour,
          lastSeen: noon + hour,
          versions: [{ version: '1.0', count: 1 }],
          versionCount: 1,
          buckets: [0, 1, 0, 0],
        },
      ],
    });
    expect(index.top({ ...query, limit: 1 })).toMatchObject({
      crashes: 5,
      signatureCount: 2,
      signatures: [{ signature: 'often' }],
    });
    expect(index.top({ ...query, until: noon })).toEqual({
      crashes: 0,
      signatureCount: 0,
      signatures: [],
    });
  });

  function found(filter: object): string[] {
    return index.top({ ...query, ...filter }).signatures.map(({ signature }) => signature);
  }

  it('counts what any value of each filter matches', () => {
    put(1, { signature: 'a', product: 'Fenix', release_channel: 'nightly' });
    put(2, { signature: 'b', product: 'Focus', version: '2.0', process_type: 'gpu' });
    put(3, { signature: 'c', product: null });
    expect(found({ product: ['Fenix', 'Focus'] })).toEqual(['a', 'b']);
    expect(found({ product: ['Fenix', 'Focus'], version: ['2.0'] })).toEqual(['b']);
    expect(found({ channel: ['nightly'] })).toEqual(['a']);
    expect(found({ process: ['gpu'] })).toEqual(['b']);
    expect(found({ product: [`' OR 1=1 --`] })).toEqual([]);
  });

  it('lists ten of the versions that clients name, and how many there are', () => {
    for (let number = 0; number < 25; number += 1)
      put(number, { version: `v${String(number).padStart(2, '0')}` });
    const [signature] = index.top(query).signatures;
    expect(signature?.versionCount).toBe(25);
    expect(signature?.versions.map(({ version }) => version)).toEqual(
      Array.from({ length: 10 }, (_, number) => `v0${number}`),
    );
  });

  it('keeps values of any client, cut to 255 characters', () => {
    const hostile = `a\0b\u{202e}\u{d800}'"%_${'x'.repeat(300)}`;
    put(1, { signature: hostile, version: hostile, product: '' });
    const kept = `a\u{fffd}b\u{202e}\u{fffd}'"%_${'x'.repeat(300)}`.slice(0, 255);
    expect(index.find(crashIdOf(1))).toMatchObject({ signature: kept, version: kept, product: '' });
    expect(index.top(query).signatures).toMatchObject([
      { signature: kept, versions: [{ version: kept }] },
    ]);
  });

  it.each([null, 'yesterday'])('takes the day of the crash id for the time %p', (time) => {
    put(1, { submitted_timestamp: time });
    expect(index.find(crashIdOf(1))?.submittedAt).toBe(Date.UTC(2026, 10, 20));
  });

  it('can be read by others while it is written, also after the writer has closed it', async () => {
    put(1, {});
    const reader = await CrashIndex.openExisting(path, 'read');
    put(2, {});
    expect(reader.top(query).crashes).toBe(2);
    expect(() => reader.remove(crashIdOf(1))).toThrow(/^crash index .*readonly database/);
    reader.close();
    index.close();
    const later = await CrashIndex.openExisting(path, 'read');
    expect(later.top(query).crashes).toBe(2);
    later.close();
    index = await CrashIndex.open(path);
    expect(index.top(query).crashes).toBe(2);
  });

  it('is complete when that was said, also for the next process', async () => {
    expect(index.isComplete).toBe(false);
    index.setComplete();
    expect(index.isComplete).toBe(true);
    index.close();
    index = await CrashIndex.open(path);
    expect(index.isComplete).toBe(true);
  });

  it.each<[string, () => Promise<void>]>([
    ['is no database', async () => await writeFile(path, 'not a database'.repeat(100))],
    [
      'has another schema version',
      async () => withFile((file) => file.exec('PRAGMA user_version = 9')),
    ],
    ['has no schema version', async () => withFile((file) => file.exec('PRAGMA user_version = 0'))],
  ])('is replaced by an empty one when the file %s', async (_name, damage) => {
    put(1, {});
    index.setComplete();
    index.close();
    await damage();
    await expect(CrashIndex.openExisting(path, 'read')).rejects.toMatchObject({ code: 'damaged' });
    index = await CrashIndex.open(path);
    expect(index.top(query).crashes).toBe(0);
    expect(index.isComplete).toBe(false);
  });

  it('is not created by others, and not replaced when it cannot be opened', async () => {
    const missing = join(directory.path, 'none.sqlite');
    for (const access of ['read', 'write'] as const) {
      const opening = CrashIndex.openExisting(missing, access);
      await expect(opening).rejects.toMatchObject({ code: 'unavailable' });
    }
    expect(await readdir(directory.path)).toEqual(['new']);
    await expect(CrashIndex.open(directory.path)).rejects.toMatchObject({ code: 'unavailable' });
  });

  function withFile(change: (file: DatabaseSync) => void): void {
    const file = new DatabaseSync(path);
    change(file);
    file.close();
  }
});
