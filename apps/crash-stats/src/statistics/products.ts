import type { CrashSearch } from '#antenna/crash-index';

const dayMs = 86_400_000;
const days = 28;
const mostProducts = 50;

export interface ProductCounts {
  readonly product: string;
  /** In 28 days. */
  readonly count: number;
  /** Means of the last 7 days and of 28. */
  readonly perDay7: number;
  readonly perDay28: number;
  /** Crashes of each of the 28 days. */
  readonly bars: readonly number[];
}

/** Products of the last 28 days, the most crashes first, and how many crashes there are in all. One request. */
export async function productCounts(
  search: CrashSearch,
  now: number,
): Promise<{ readonly total: number; readonly products: readonly ProductCounts[] }> {
  const query = { since: now - days * dayMs, until: now, conditions: [] };
  const request = { by: 'product', limit: mostProducts, buckets: days } as const;
  const { total, groups } = await search.groups(query, [request]);
  const products = (groups[0]?.groups ?? []).map(({ value, count, buckets }) => ({
    product: value,
    count,
    perDay7: buckets.slice(-7).reduce((sum, one) => sum + one, 0) / 7,
    perDay28: count / days,
    bars: buckets,
  }));
  return { total, products };
}
