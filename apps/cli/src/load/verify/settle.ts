import { pause } from '#antenna/time';

export interface Patience {
  /** Ends the wait when nothing has changed for this time. */
  readonly settleMs: number;
  readonly signal: AbortSignal;
}

const betweenChecksMs = 1_000;

/**
 * Repeats a check until nothing is left, or less was not left for too long.
 * @param check returns how much is left
 */
export async function settle(
  check: () => Promise<number>,
  { settleMs, signal }: Patience,
): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  let changedAt = performance.now();
  while (!signal.aborted) {
    const left = await check();
    if (left === 0) return;
    if (left < least) changedAt = performance.now();
    else if (performance.now() - changedAt >= settleMs) return;
    least = Math.min(least, left);
    await pause(Math.min(betweenChecksMs, settleMs), signal);
  }
}
