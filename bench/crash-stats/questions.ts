import type { Condition, CrashQuery, CrashSearch, FieldName } from '#antenna/crash-index';

import {
  productCounts,
  risingSignatures,
  signatureReport,
  topCrashers,
  Viewer,
} from '../../apps/crash-stats/src/index.js';
import { syntheticProducts, syntheticSignature } from './synthetic-crashes.js';

const dayMs = 86_400_000;

/** What a page asks an index. Rounds ask about other products, signatures and modules, so that no answer is known. */
export interface Question {
  readonly title: string;
  readonly ask: (search: CrashSearch, until: number, round: number) => Promise<unknown>;
}

const newestFirst = { field: 'date', descending: true } as const;
/** Who may see everything. */
const viewer = new Viewer('bench', 'operator');

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
  signature('page of the most frequent signature, 7 days', () => 0),
  signature('page of another signature, 7 days', (round) => 5 + round * 11),
  {
    title: 'first page: products of 28 days',
    ask: async (search, until) => await productCounts(search, until),
  },
  {
    title: 'first page: rising signatures',
    ask: async (search, until) => await risingSignatures(search, until, 10),
  },
];

function top(title: string, days: number, conditions: (round: number) => Condition[]): Question {
  return {
    title,
    ask: async (search, until, round) =>
      await topCrashers(search, query(until, days, conditions(round)), 50),
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
      const name = syntheticSignature(rank(round));
      return await signatureReport(search, query(until, 7, [is('signature', name)]), name, viewer);
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
