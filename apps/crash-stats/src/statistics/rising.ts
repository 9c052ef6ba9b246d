import type { CrashSearch } from '#antenna/crash-index';

const dayMs = 86_400_000;

/** Of 14 days, the largest; a signature that has fewer crashes than this many others is not looked at. */
const candidates = 1000;
/** Crashes that a signature needs in the last 7 days. */
export const leastRisingCount = 10;
/** A signature whose rate has not changed has a lower score in 999 of 1,000 cases. */
export const leastRisingScore = 3;

export interface RisingSignature {
  readonly signature: string;
  /** With the most crashes of the signature; null if none is known. */
  readonly product: string | null;
  /** In the last 7 days, and in the 7 days before. */
  readonly count: number;
  readonly countBefore: number;
  readonly score: number;
  readonly firstSeen: number;
  /** First seen in the last 7 days. */
  readonly isNew: boolean;
  /** Crashes of each of the 14 days. */
  readonly bars: readonly number[];
}

/**
 * Signatures with more crashes in the last 7 days than in the 7 before: new ones first, then those that rise most. The
 * score is the difference in units of what chance explains, `(now - before) / sqrt(now + before)`. Needs two requests.
 */
export async function risingSignatures(
  search: CrashSearch,
  now: number,
  limit: number,
): Promise<readonly RisingSignature[]> {
  const { groups } = await search.groups({ since: now - 14 * dayMs, until: now, conditions: [] }, [
    { by: 'signature', limit: candidates, buckets: 14, within: 'product' },
  ]);
  const rising = (groups[0]?.groups ?? [])
    .map((group) => {
      const countBefore = sum(group.buckets.slice(0, 7));
      const count = sum(group.buckets.slice(7));
      const score = (count - countBefore) / Math.sqrt(count + countBefore);
      return { group, count, countBefore, score };
    })
    .filter(({ count, score }) => count >= leastRisingCount && score >= leastRisingScore);
  const firstSeen = await search.firstSeen(rising.map(({ group }) => group.value));
  return rising
    .map(({ group, count, countBefore, score }) => {
      const first = firstSeen.get(group.value) ?? group.firstSeen;
      return {
        signature: group.value,
        product: group.within[0]?.value ?? null,
        count,
        countBefore,
        score,
        firstSeen: first,
        isNew: first >= now - 7 * dayMs,
        bars: group.buckets,
      };
    })
    .toSorted((a, b) => Number(b.isNew) - Number(a.isNew) || b.score - a.score)
    .slice(0, limit);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
