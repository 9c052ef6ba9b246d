import type { Condition, CrashQuery, CrashSearch, FieldName } from '#antenna/crash-index';

import { syntheticProducts, syntheticSignature } from './synthetic-crashes.js';

const dayMs = 86_400_000;

/** What a page asks an index. Rounds ask about other products, signatures and modules, so that no answer is known. */
export interface Question {
  readonly title: string;
  readonly ask: (search: CrashSearch, until: number, round: number) => Promise<unknown>;
}

const overTime = { by: 'product', limit: 10, buckets: 28 } as const;
const newestFirst = { field: 'date', descending: true } as const;
const facetsOfSignature: readonly FieldName[] = [
  'product',
  'version',
  'os_name',
  'cpu_arch',
  'process_type',
  'uptime_range',
  'release_channel',
  'reason',
  'build',
];

export const questions: readonly Question[] = [
  top('top crashers of 7 days', 7, () => []),
  top('top crashers of 28 days', 28, () => []),
  top('top crashers of 7 days, product and channel', 7, productAndChannel),
  top('top crashers of 28 days, product and channel', 28, productAndChannel),
  searchWithFacets('search of 7 days, three facets', 7, (round) => [is('product', product(round))]),
  searchWithFacets('search of 28 days, three facets', 28, (round) => [
    is('os_name', round % 2 ? 'Linux' : 'Windows'),
  ]),
  searchWithFacets('search of 7 days, reason contains, three facets', 7, (round) => [
    { field: 'reason', operator: 'contains', values: [round % 2 ? 'segv' : 'access'] },
  ]),
  searchWithFacets('search of 7 days, a module, three facets', 7, (round) => [
    is('modules', `module${60 + round * 7}.so`),
  ]),
  signature('most frequent signature, 28 days', () => 0),
  signature('another signature, 28 days', (round) => 5 + round * 11),
  {
    title: 'home: crashes a day for each product, 28 days',
    ask: async (search, until) =>
      await search.groups(query(until, 28, []), [
        { by: 'product', limit: 20, buckets: 28 },
        { by: 'signature', limit: 10, buckets: 28 },
      ]),
  },
];

function top(title: string, days: number, conditions: (round: number) => Condition[]): Question {
  return {
    title,
    ask: async (search, until, round) => {
      const now = query(until, days, conditions(round));
      const before = { ...now, since: now.since - (now.until - now.since), until: now.since };
      const { groups } = await search.groups(now, [
        { by: 'signature', limit: 50, buckets: days, within: 'os_name' },
      ]);
      await search.groups(before, [{ by: 'signature', limit: 300 }]);
      return await search.firstSeen(groups[0]?.groups.map(({ value }) => value) ?? []);
    },
  };
}

function searchWithFacets(
  title: string,
  days: number,
  conditions: (round: number) => Condition[],
): Question {
  return {
    title,
    ask: async (search, until, round) => {
      const asked = query(until, days, conditions(round));
      await search.search(asked, { sort: newestFirst, from: 0, size: 50 });
      return await search.groups(asked, [
        { by: 'signature', limit: 20 },
        { by: 'version', limit: 20 },
        { by: 'process_type', limit: 20 },
      ]);
    },
  };
}

function signature(title: string, rank: (round: number) => number): Question {
  return {
    title,
    ask: async (search, until, round) => {
      const asked = query(until, 28, [is('signature', syntheticSignature(rank(round)))]);
      await search.search(asked, { sort: newestFirst, from: 0, size: 20 });
      return await search.groups(
        asked,
        facetsOfSignature.map((by) => (by === 'product' ? overTime : { by, limit: 10 })),
      );
    },
  };
}

function query(until: number, days: number, conditions: Condition[]): CrashQuery {
  return { since: until - days * dayMs, until, conditions };
}

function productAndChannel(round: number): Condition[] {
  return [is('product', product(round)), is('release_channel', round % 2 ? 'release' : 'nightly')];
}

function product(round: number): string {
  return syntheticProducts[round % syntheticProducts.length] ?? '';
}

function is(field: FieldName, value: string): Condition {
  return { field, operator: 'is', values: [value] };
}
