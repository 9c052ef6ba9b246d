import type { CrashQuery, CrashSearch, Group } from '#antenna/crash-index';
import { barsOf } from './bars.js';

/** How many signatures of the period before are ranked. */
export const rankedBefore = 1000;

export interface TopCrasher {
  /** From 1. */
  readonly rank: number;
  readonly signature: string;
  readonly count: number;
  /** Of all crashes of the query, from 0 to 1. */
  readonly share: number;
  /** In the period before, of equal length; null if it was not among its first {@link rankedBefore}. */
  readonly rankBefore: number | null;
  readonly countBefore: number;
  /** Of all that the index has, in epoch milliseconds. */
  readonly firstSeen: number;
  /** Crashes in each part of the period. */
  readonly bars: readonly number[];
}

export interface TopCrashers {
  readonly total: number;
  readonly totalBefore: number;
  readonly signatureCount: number;
  readonly crashers: readonly TopCrasher[];
}

/** The signatures with the most crashes, compared with the period before. Needs three requests to the index. */
export async function topCrashers(
  search: CrashSearch,
  query: CrashQuery,
  limit: number,
): Promise<TopCrashers> {
  const by = 'signature';
  const [now, before] = await Promise.all([
    search.groups(query, [{ by, limit, buckets: barsOf(query).count }]),
    search.groups(periodBefore(query), [{ by, limit: rankedBefore }]),
  ]);
  const found = now.groups[0]?.groups ?? [];
  const ranks = ranksOf(before.groups[0]?.groups ?? []);
  const firstSeen = await search.firstSeen(found.map(({ value }) => value));
  return {
    total: now.total,
    totalBefore: before.total,
    signatureCount: now.groups[0]?.groupCount ?? 0,
    crashers: found.map(({ value: signature, count, buckets, ...group }, index) => ({
      rank: index + 1,
      signature,
      count,
      share: count / now.total,
      rankBefore: ranks.get(signature)?.rank ?? null,
      countBefore: ranks.get(signature)?.count ?? 0,
      firstSeen: firstSeen.get(signature) ?? group.firstSeen,
      bars: buckets,
    })),
  };
}

function periodBefore({ since, until, conditions }: CrashQuery): CrashQuery {
  return { since: since - (until - since), until: since, conditions };
}

function ranksOf(groups: readonly Group[]): Map<string, { rank: number; count: number }> {
  return new Map(groups.map(({ value, count }, index) => [value, { rank: index + 1, count }]));
}
