import type { ShadowReport } from '#antenna/throttle';

/** What ingest posts about a draft. */
export function aShadowReport(id: string, part: Partial<ShadowReport> = {}): ShadowReport {
  const verdicts = { accept: { accept: 4, reject: 3 }, reject: { reject: 2 } };
  return {
    id,
    revision: '0123456789abcdef',
    ageMs: 0,
    remainingMs: 60_000,
    reports: 10,
    evaluated: 9,
    verdicts,
    decided: { first: 4, NO_MATCH: 5 },
    errors: { first: 1 },
    products: [{ product: 'Firefox', channel: 'release', verdicts }],
    cost: { live: { totalUs: 90, maxUs: 20 }, draft: { totalUs: 180, maxUs: 50 } },
    ...part,
  };
}
