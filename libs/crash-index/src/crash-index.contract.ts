/** What both kinds of index do, at real storage. */
import { indexedFacts } from '#antenna/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { describeConditions } from './conditions.contract.js';
import type { FieldName, IndexedFacts } from './crash-fields.js';
import type { CrashQuery, GroupRequest, ResultWindow } from './crash-query.js';
import { describeGroups } from './groups.contract.js';
import {
  all,
  byId,
  hour,
  IndexProbe,
  type IndexUnderTest,
  noon,
  where,
} from './index-under-test.contract.js';

export function describeCrashIndex(name: string, open: () => Promise<IndexUnderTest>): void {
  describe(`${name}, as an index of crashes`, () => {
    const probe = new IndexProbe(open);
    describeCrashes(probe);
    describeConditions(probe);
    describeWindows(probe);
    describeGroups(probe);
    describeRefusals(probe);

    it('knows when signatures were received first, of all times', async () => {
      await probe.put(
        indexedFacts({ signature: 'a', date: noon - 100 * 24 * hour }),
        indexedFacts({ signature: 'a', date: noon }),
        indexedFacts({ signature: 'b', date: noon }),
      );
      const first = await probe.search.firstSeen(['a', 'b', `it's "none"`]);
      expect(Object.fromEntries(first)).toEqual({ a: noon - 100 * 24 * hour, b: noon });
      expect((await probe.search.firstSeen([])).size).toBe(0);
    });

    it('can be checked', async () => {
      expect(await probe.search.check()).toBeUndefined();
    });
  });
}

function describeCrashes(probe: IndexProbe): void {
  describe('crashes', () => {
    it('are found with all that is known of them', async () => {
      const known = indexedFacts({ signature: 'a | b', moz_crash_reason: 'MOZ_CRASH(x)' });
      const unknown: IndexedFacts = {
        ...(Object.fromEntries(Object.keys(known).map((key) => [key, null])) as object),
        crash_id: indexedFacts().crash_id,
        date: noon + 1,
        signature: 'EMPTY: no frames',
        process_type: 'parent',
        modules: [],
      } as unknown as IndexedFacts;
      await probe.put(known, unknown);
      expect(await probe.search.find(known.crash_id)).toEqual(known);
      expect(await probe.search.find(unknown.crash_id)).toEqual(unknown);
      expect(await probe.search.find(indexedFacts().crash_id)).toBeUndefined();
      expect(await probe.search.find('no crash id')).toBeUndefined();
    });

    it('are replaced by what is put again, at another time, too', async () => {
      const crash = indexedFacts({ signature: 'old' });
      await probe.put(crash);
      await probe.put({ ...crash, signature: 'new', date: noon + hour, modules: ['other'] });
      expect(await probe.found()).toEqual(['new']);
      expect(await probe.search.find(crash.crash_id)).toMatchObject({ modules: ['other'] });
    });

    it('keep what is newer than what a slow reader puts', async () => {
      const crash = indexedFacts({ signature: 'new' });
      await probe.feed.put([crash], noon + 10);
      await probe.feed.put([{ ...crash, signature: 'old' }], noon + 5);
      await probe.refresh();
      expect(await probe.found()).toEqual(['new']);
      await probe.feed.put([{ ...crash, signature: 'newest' }], noon + 10);
      await probe.refresh();
      expect(await probe.found()).toEqual(['newest']);
    });

    it('are removed, unless they are newer than said', async () => {
      const [one, two] = [indexedFacts({ signature: 'one' }), indexedFacts({ signature: 'two' })];
      await probe.put(one, two);
      await probe.feed.remove([one.crash_id], noon);
      await probe.refresh();
      expect(await probe.found()).toEqual(['one', 'two']);
      await probe.feed.remove([one.crash_id, indexedFacts().crash_id], noon + 1);
      await probe.refresh();
      expect(await probe.found()).toEqual(['two']);
      expect(await probe.search.find(one.crash_id)).toBeUndefined();
    });

    it('are added in large numbers, and nothing is no change', async () => {
      await probe.put();
      await probe.put(...Array.from({ length: 1000 }, () => indexedFacts()));
      expect((await probe.search.search(all, byId)).total).toBe(1000);
    });
  });
}

function describeWindows(probe: IndexProbe): void {
  describe('a window', () => {
    beforeEach(async () => {
      await probe.put(
        indexedFacts({
          crash_id: idWith('3'),
          signature: 'x',
          product: 'B',
          uptime: 9,
          date: noon,
        }),
        indexedFacts({
          crash_id: idWith('1'),
          signature: 'y',
          product: 'a',
          uptime: 10,
          date: noon,
        }),
        indexedFacts({
          crash_id: idWith('2'),
          signature: 'z',
          product: 'a',
          uptime: 9,
          date: noon + 1,
        }),
        indexedFacts({
          crash_id: idWith('0'),
          signature: 'n',
          product: null,
          uptime: null,
          date: noon - 1,
        }),
      );
    });

    it.each<[ResultWindow, string]>([
      [sorted('crash_id'), 'nyzx'],
      [sorted('crash_id', true), 'xzyn'],
      [sorted('date'), 'nyxz'],
      [sorted('date', true), 'zyxn'],
      [sorted('product'), 'xyzn'],
      [sorted('product', true), 'yzxn'],
      [sorted('uptime'), 'zxyn'],
      [sorted('uptime', true), 'yzxn'],
      [sorted('signature'), 'nxyz'],
      [{ ...sorted('date'), from: 1, size: 2 }, 'yx'],
      [{ ...sorted('date'), from: 3 }, 'z'],
      [{ ...sorted('date'), from: 4 }, ''],
      [{ ...sorted('date'), size: 0 }, ''],
    ])('%j is %s: equal ones by id, unknown ones last', async (window, expected) => {
      const { total, crashes } = await probe.search.search(all, window);
      expect(crashes.map(({ signature }) => signature).join('')).toBe(expected);
      expect(total).toBe(4);
    });
  });

  describe('the time', () => {
    it('includes its start and not its end', async () => {
      await probe.put(
        indexedFacts({ signature: 'first', date: noon }),
        indexedFacts({ signature: 'last', date: noon + hour - 1 }),
        indexedFacts({ signature: 'after', date: noon + hour }),
        indexedFacts({ signature: 'before', date: noon - 1 }),
      );
      const query = { ...all, since: noon, until: noon + hour };
      expect((await probe.foundBy(query)).toSorted()).toEqual(['first', 'last']);
      expect(await probe.foundBy({ ...query, until: noon })).toEqual([]);
    });
  });
}

function sorted(field: FieldName, descending = false): ResultWindow {
  return {
    sort: { field, descending },
    from: 0,
    size: 10,
  };
}

function idWith(start: string): string {
  return `${start}${indexedFacts().crash_id.slice(1)}`;
}

function describeRefusals(probe: IndexProbe): void {
  describe('refuses', () => {
    it.each<[string, Partial<CrashQuery>]>([
      ['more than 400 days', { since: noon - 401 * 24 * hour }],
      ['a time that is none', { until: Number.NaN }],
      ['more than 50 conditions', { conditions: Array(51).fill(where('product', 'is', 'a')) }],
      ['no value', { conditions: [where('product', 'is')] }],
      [
        'more than 100 values',
        { conditions: [where('product', 'is', ...Array<string>(101).fill('a'))] },
      ],
      ['long values', { conditions: [where('product', 'contains', 'a'.repeat(1001))] }],
      ['a comparison of strings', { conditions: [where('product', 'before', 'a')] }],
      ['a part of a number', { conditions: [where('uptime', 'contains', '1')] }],
      ['a number that is none', { conditions: [where('uptime', 'before', 'soon')] }],
      ['a truth that is none', { conditions: [where('product', 'exists', 'yes')] }],
      ['an unknown field', { conditions: [where('toString' as FieldName, 'is', 'a')] }],
      ['an expression that is none', { conditions: [where('product', 'matches', '(')] }],
    ])('%s', async (_name, part) => {
      const query = { ...all, ...part };
      const refusal = { code: 'refused', retryable: false };
      await expect(probe.search.search(query, byId)).rejects.toMatchObject(refusal);
      await expect(probe.search.groups(query, [])).rejects.toMatchObject(refusal);
    });

    it.each<Partial<ResultWindow>>([
      { from: 9_999, size: 2 },
      { from: -1 },
      { size: 0.5 },
      { sort: { field: 'modules', descending: true } },
    ])('the window %j', async (part) => {
      const refused = probe.search.search(all, { ...byId, ...part });
      await expect(refused).rejects.toMatchObject({ code: 'refused' });
    });

    it.each<GroupRequest>([
      { by: 'crash_id', limit: 1 },
      { by: 'date', limit: 1 },
      { by: 'product', limit: 1001 },
      { by: 'product', limit: 1, buckets: 401 },
      { by: 'product', limit: 1000, buckets: 101 },
      { by: 'product', limit: 1, buckets: 0 },
      { by: 'product', limit: 1, within: 'modules' },
    ])('the groups %j', async (request) => {
      await expect(probe.groups(request)).rejects.toMatchObject({ code: 'refused' });
    });
  });
}
