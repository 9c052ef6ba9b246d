import type { RateRun } from '../measurements/rate-run.js';
import type { AwsCalls } from '../servers/aws-stand-in.js';
import { type Spread, spreadOf } from '../statistics.js';

/** How tables call what was measured. */
export const titles = {
  floor: 'floor',
  ingest: 'ingest',
  'ingest-shipping': 'ingest, shipping',
  'ingest-aws': 'ingest, shipping to S3 and SQS',
  standalone: 'standalone',
  crashmover: 'crashmover',
  'crashmover-aws': 'crashmover on S3 and SQS',
} as const;

export function medianOf(runs: readonly RateRun[], field: keyof RateRun, digits: number): string {
  return spreadOf(runs.map((run) => run[field])).median.toFixed(digits);
}

export function spread({ min, median, max }: Spread, digits = 2): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join(' / ');
}

export function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

/** `1.00 PutObject, 0.10 SendMessageBatch`; what is rarer than one in a hundred reports is left out. */
export function callsText(runs: readonly AwsCalls[]): string {
  const operations = new Set(runs.flatMap((calls) => Object.keys(calls)));
  return [...operations]
    .map((name) => ({ name, count: spreadOf(runs.map((calls) => calls[name] ?? 0)).median }))
    .filter(({ count }) => count >= 0.01)
    .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name))
    .map(({ name, count }) => `${count.toFixed(2)} ${name}`)
    .join(', ');
}
