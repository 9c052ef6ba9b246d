import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { indexedFacts, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CrashIndex } from './crash-index.js';
import { SearchThread } from './search-thread.js';
import { SqliteSearch } from './sqlite-search.js';

const count = {
  kind: 'rows',
  statements: [{ sql: 'SELECT count(*) FROM crash', values: [] }],
} as const;
const endless = {
  kind: 'rows',
  statements: [
    {
      sql: `WITH RECURSIVE each AS (SELECT 1 UNION ALL SELECT 1 FROM each)
            SELECT count(*) FROM each WHERE linear_match('a', 'b')`,
      values: [],
    },
  ],
} as const;

describe('the thread that reads an index', () => {
  let directory: TemporaryDirectory;
  let path: string;
  let thread: SearchThread;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    path = join(directory.path, 'crashes.sqlite');
    thread = new SearchThread(path, 10_000);
    await write(1);
  });

  afterEach(async () => {
    await thread.close();
    await directory.remove();
  });

  async function write(crashes: number): Promise<void> {
    const index = await CrashIndex.open(path);
    await index.put(
      Array.from({ length: crashes }, () => indexedFacts()),
      1,
    );
    index.close();
  }

  it('ends a query that takes too long, and those that waited for it, and answers later ones', async () => {
    const both = await Promise.allSettled([thread.ask(endless), thread.ask(endless)]);
    const fix = 'choose a shorter time or fewer conditions, or try again';
    const message = `crash index ${path}: no answer within 10 s: ${fix}`;
    const late = { status: 'rejected', reason: { code: 'unavailable', retryable: true, message } };
    expect(both).toMatchObject([late, late]);
    expect(await thread.ask(count)).toEqual([[[1]]]);
  });

  it('refuses more queries than can wait, and all when it is closed', async () => {
    const asked = Array.from({ length: 102 }, async () => await thread.ask(count));
    const results = await Promise.allSettled(asked);
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([
      { reason: { code: 'unavailable', message: expect.stringContaining('waiting already') } },
    ]);
    const open = Promise.allSettled([thread.ask(endless), thread.ask(count)]);
    await thread.close();
    const closed = [...(await open), ...(await Promise.allSettled([thread.ask(count)]))];
    expect(closed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('reads the file that replaced another, and says while there is none or it is damaged', async () => {
    expect(await thread.ask(count)).toEqual([[[1]]]);
    for (const ending of ['', '-wal', '-shm']) await rm(path + ending, { force: true });
    await expect(thread.ask(count)).rejects.toMatchObject({ code: 'unavailable' });
    await write(2);
    expect(await thread.ask(count)).toEqual([[[2]]]);
  });

  it('refuses to look for thousands of modules', async () => {
    const index = await CrashIndex.open(path);
    const modules = Array.from({ length: 1001 }, (_, number) => `m${number}.dll`);
    await index.put([indexedFacts({ modules })], 1);
    index.close();
    const search = new SqliteSearch(path, 20_000);
    const query = { since: Date.UTC(2026, 10, 1), until: Date.UTC(2026, 11, 1) };
    const having = async (value: string): Promise<unknown> =>
      await search.groups(
        { ...query, conditions: [{ field: 'modules', operator: 'contains', values: [value] }] },
        [],
      );
    await expect(having('m')).rejects.toMatchObject({
      code: 'refused',
      message: 'more than 1000 modules fit: use a longer part of the name',
    });
    expect(await having('m1')).toEqual({ total: 1, groups: [] });
    await search.close();
  });
});
