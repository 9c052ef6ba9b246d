import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { indexedFacts, type OpenSearchPeer, openSearchPeer } from '#antenna/testing';
import type { IndexedFacts } from '../crash-fields.js';
import type { Condition, CrashQuery } from '../crash-query.js';
import { describeCrashIndex } from '../crash-index.contract.js';
import { OpenSearchCrashIndex } from './open-search-crash-index.js';

const hour = 3_600_000;
const day = 24 * hour;
const noon = Date.UTC(2026, 10, 20, 12);
const byDate = { sort: { field: 'date', descending: false }, from: 0, size: 100 } as const;

function query(...conditions: Condition[]): CrashQuery {
  return { since: noon - 10 * day, until: noon + 10 * day, conditions };
}

const describeIfInstalled = openSearchPeer.isInstalled ? describe : describe.skip;

describeIfInstalled('the contract', () => {
  describeCrashIndex('OpenSearch', async () => {
    const peer = await openSearchPeer.start();
    const index = new OpenSearchCrashIndex({ url: peer.url, prefix: 'contract' });
    const ask = async (method: string, path: string): Promise<void> => {
      await (await fetch(`${peer.url}/${path}`, { method })).text();
    };
    return {
      feed: index,
      search: index,
      refresh: async () => await ask('POST', 'contract-*/_refresh'),
      empty: async () => await ask('DELETE', 'contract-*'),
      async close() {
        await index.close();
        await peer.stop();
      },
    };
  });
});

describeIfInstalled('the index in OpenSearch', () => {
  let peer: OpenSearchPeer;
  let index: OpenSearchCrashIndex;
  let number = 0;

  beforeAll(async () => {
    peer = await openSearchPeer.start();
  }, 150_000);

  afterAll(async () => {
    await peer.stop();
  });

  beforeEach(async () => {
    number += 1;
    index = new OpenSearchCrashIndex({ url: peer.url, prefix: `crashes${number}` });
    return async () => await index.close();
  });

  async function put(...crashes: Partial<IndexedFacts>[]): Promise<readonly IndexedFacts[]> {
    const all = crashes.map((facts) => indexedFacts({ date: noon, ...facts }));
    await index.put(all, noon);
    await refresh();
    return all;
  }

  async function refresh(): Promise<void> {
    await answer(`/crashes${number}/_refresh`, 'POST');
  }

  async function answer(path: string, method = 'GET'): Promise<unknown> {
    return await (await fetch(peer.url + path, { method })).json();
  }

  async function found(...conditions: Condition[]): Promise<string[]> {
    const { crashes } = await index.search(query(...conditions), byDate);
    return crashes.map(({ signature }) => signature).toSorted();
  }

  it('answers while it has no crash', async () => {
    await index.check();
    expect(await index.search(query(), byDate)).toEqual({ total: 0, crashes: [] });
    expect(await index.groups(query(), [{ by: 'signature', limit: 10 }])).toEqual({
      total: 0,
      groups: [{ groups: [], groupCount: 0 }],
    });
    expect(await index.find('de1bb258-cbbf-4589-a673-34f800160918')).toBeUndefined();
    expect(await index.firstSeen(['a'])).toEqual(new Map());
    await index.remove(['de1bb258-cbbf-4589-a673-34f800160918'], noon);
    expect(await index.weeks()).toEqual([]);
  });

  it('returns what is known of a crash', async () => {
    const [crash] = await put({ signature: 'a', modules: ['x', 'y'], uptime: 1.5, reason: null });
    expect(await index.find(crash?.crash_id ?? '')).toEqual(crash);
    expect(await index.search(query(), byDate)).toEqual({ total: 1, crashes: [crash] });
  });

  it('says when signatures were received first, in any week', async () => {
    await put(
      { signature: 'a', date: noon },
      { signature: 'a', date: noon - 300 * day },
      { signature: 'b', date: noon + day },
      { signature: 'c', date: noon },
    );
    expect(await index.firstSeen(['a', 'b', 'none'])).toEqual(
      new Map([
        ['a', noon - 300 * day],
        ['b', noon + day],
      ]),
    );
  });

  it('keeps the newest entry, and moves a crash that was received again in another week', async () => {
    const [crash = indexedFacts()] = await put({ signature: 'first' });
    await index.put([{ ...crash, signature: 'older' }], noon - 1);
    await refresh();
    expect(await found()).toEqual(['first']);
    await index.put([{ ...crash, signature: 'moved', date: noon - 7 * day }], noon + 1);
    await refresh();
    expect(await found()).toEqual(['moved']);
    expect((await index.weeks()).map(({ name, crashes }) => [name, crashes])).toEqual([
      [`crashes${number}-2026.46`, 1],
      [`crashes${number}-2026.47`, 0],
    ]);
  });

  it('removes crashes, also those that were put just now, but not newer ones', async () => {
    const crashes = [indexedFacts({ date: noon }), indexedFacts({ date: noon - 50 * day })];
    await index.put(crashes, noon);
    const ids = crashes.map(({ crash_id: id }) => id);
    await index.remove(ids, noon);
    await refresh();
    expect(await found()).toHaveLength(1);
    await index.remove(ids, noon + 1);
    for (const id of ids) expect(await index.find(id)).toBeUndefined();
  });

  it('keeps out a crash that a slow writer puts after it was removed', async () => {
    const [crash = indexedFacts()] = await put({});
    await index.remove([crash.crash_id], noon + 5);
    await index.put([crash], noon + 1);
    await refresh();
    expect(await found()).toEqual([]);
  });

  it('makes as many shards as are asked for', async () => {
    const prefix = `crashes${number}`;
    const sharded = new OpenSearchCrashIndex({ url: peer.url, prefix, shards: 3 });
    await sharded.put([indexedFacts({ date: noon })], noon);
    await sharded.close();
    expect(await answer(`/${prefix}-2026.47/_settings`)).toMatchObject({
      [`${prefix}-2026.47`]: { settings: { index: { number_of_shards: '3' } } },
    });
  });

  it('drops the indices of weeks that are over', async () => {
    await put({ signature: 'now' }, { signature: 'then', date: noon - 8 * day });
    const monday = Date.UTC(2026, 10, 16);
    expect(await index.expire(monday - 1)).toEqual([]);
    expect(await index.expire(monday)).toEqual([`crashes${number}-2026.46`]);
    expect(await found()).toEqual(['now']);
  });

  it('maps the closed list of fields, whatever comes', async () => {
    const crash = {
      ...indexedFacts(),
      date: Number.MAX_SAFE_INTEGER,
      uptime: Number.POSITIVE_INFINITY,
    };
    const hostile = Object.fromEntries(
      Array.from({ length: 500 }, (_, field) => [`field${field}.deep.er`, field]),
    );
    await index.put(
      [
        { ...hostile, ...crash, signature: '\u{202e}\u{1f4a5}'.repeat(20_000) },
        { ...hostile, ...indexedFacts(), modules: Array.from({ length: 5000 }, String) },
      ],
      noon,
    );
    await refresh();
    const names = new Set<string>();
    const mapped = Object.values(
      (await answer(`/crashes${number}-*/_mapping`)) as Record<
        string,
        { mappings: { dynamic: string; properties: object } }
      >,
    );
    expect(mapped).toHaveLength(2);
    for (const { mappings } of mapped) {
      expect(mappings.dynamic).toBe('false');
      for (const name of Object.keys(mappings.properties)) names.add(name);
    }
    expect([...names].toSorted()).toEqual(Object.keys(indexedFacts()).toSorted());
    expect(await index.find(crash.crash_id)).toMatchObject({ uptime: null });
  });

  it('says what to do when it cannot be reached', async () => {
    const nobody = new OpenSearchCrashIndex({
      url: 'http://127.0.0.1:1',
      prefix: 'crashes',
      user: 'someone',
      password: 'a secret',
    });
    const failure = await nobody.check().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'CrashIndexError',
      code: 'unavailable',
      retryable: true,
      message: expect.stringMatching(/^crash index 127\.0\.0\.1:1: .*check that it runs/),
    });
    expect(JSON.stringify([failure, String((failure as Error).stack)])).not.toContain('a secret');
    await nobody.close();
  });
});
