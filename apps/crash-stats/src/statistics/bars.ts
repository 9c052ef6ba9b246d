import type { CrashQuery } from '#antenna/crash-index';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface Bars {
  readonly unit: 'hour' | 'day' | 'week';
  readonly count: number;
}

/**
 * The parts into which a period is divided to show it over time. A day is 24 hours that end with the period, so that the
 * last bar is not lower only because today is not over.
 */
export function barsOf({ since, until }: Pick<CrashQuery, 'since' | 'until'>): Bars {
  const length = until - since;
  if (length <= 2 * dayMs) return { unit: 'hour', count: parts(length, hourMs) };
  if (length <= 62 * dayMs) return { unit: 'day', count: parts(length, dayMs) };
  return { unit: 'week', count: parts(length, 7 * dayMs) };
}

function parts(length: number, unit: number): number {
  return Math.max(1, Math.round(length / unit));
}
