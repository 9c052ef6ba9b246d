import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { indexedFacts, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CrashIndex } from './crash-index.js';

describe('the file of an index of crashes', () => {
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

  it('lists its entries in the order of their ids, with their times', async () => {
    const crashes = Array.from({ length: 5 }, () => indexedFacts());
    await index.put(crashes, 7);
    const ids = crashes.map(({ crash_id: id }) => id).toSorted();
    const entries = ids.map((crashId) => ({ crashId, indexedAt: 7 }));
    expect(index.entries('', 10)).toEqual(entries);
    expect(index.entries(ids[1] ?? '', 2)).toEqual(entries.slice(2, 4));
  });

  it('has all crashes of a put, or none', async () => {
    const wrong = indexedFacts({ crash_id: 'x', signature: 'unseen' });
    await expect(index.put([indexedFacts(), wrong], 1)).rejects.toMatchObject({ code: 'refused' });
    expect(index.entries('', 10)).toEqual([]);
    await index.put([indexedFacts()], 1);
    expect(index.entries('', 10)).toHaveLength(1);
  });

  it('keeps no string of a crash that was removed or replaced', async () => {
    const secret = indexedFacts({ abort_message: 'secret', modules: ['secret.so', 'libc.so.6'] });
    await index.put([secret, indexedFacts()], 1);
    expect(terms()).toContain('secret');
    await index.put([{ ...secret, abort_message: null }], 2);
    expect(terms()).not.toContain('secret');
    expect(terms()).toContain('secret.so');
    await index.remove([secret.crash_id]);
    expect(terms()).not.toContain('secret.so');
    expect(terms()).toContain('libc.so.6');
  });

  it('can be changed by others while it is read', async () => {
    await index.put([indexedFacts()], 1);
    const reader = await CrashIndex.openExisting(path, 'read');
    const [entry] = reader.entries('', 1);
    await expect(reader.remove([entry?.crashId ?? ''])).rejects.toThrow(/readonly database/);
    const writer = await CrashIndex.openExisting(path, 'write');
    await writer.remove([entry?.crashId ?? '']);
    expect(reader.entries('', 1)).toEqual([]);
    reader.close();
    writer.close();
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
  ])('is replaced by an empty one when it %s', async (_name, damage) => {
    await index.put([indexedFacts()], 1);
    index.setComplete();
    index.close();
    await damage();
    await expect(CrashIndex.openExisting(path, 'read')).rejects.toMatchObject({ code: 'damaged' });
    index = await CrashIndex.open(path);
    expect(index.entries('', 1)).toEqual([]);
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

  function terms(): unknown[] {
    const file = new DatabaseSync(path);
    const rows = file.prepare('SELECT value FROM term').all();
    file.close();
    return rows.map(({ value }) => value);
  }

  function withFile(change: (file: DatabaseSync) => void): void {
    const file = new DatabaseSync(path);
    change(file);
    file.close();
  }
});
