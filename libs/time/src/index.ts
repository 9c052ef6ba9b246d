import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for a number of milliseconds, not at all for a negative one. Resolves early when the signal aborts; never
 * rejects. A pending wait with `ref: false` does not keep the process running.
 */
export async function pause(
  milliseconds: number,
  signal: AbortSignal,
  options: { readonly ref?: boolean } = {},
): Promise<void> {
  await sleep(Math.max(0, milliseconds), undefined, { ...options, signal }).catch(
    (error: unknown) => {
      if (!signal.aborted) throw error;
    },
  );
}

/** The seconds since an instant of `performance.now()`, for a duration metric. */
export function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

/** The result of the work, or undefined if it takes longer; the work goes on then, and its failure is ignored. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  const done = new AbortController();
  try {
    return await Promise.race([work, pause(milliseconds, done.signal).then(() => undefined)]);
  } finally {
    done.abort();
  }
}
