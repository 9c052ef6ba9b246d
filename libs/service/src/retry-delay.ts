/**
 * How long to wait before a further attempt: doubling from `baseMs` up to `maxMs`, of which the upper half is random,
 * so that processes that failed together do not come back together.
 *
 * @param attempt the attempts that have failed so far, from 1
 * @returns milliseconds
 */
export function retryDelayMs(
  attempt: number,
  { baseMs, maxMs }: { readonly baseMs: number; readonly maxMs: number },
  random: () => number = Math.random,
): number {
  const full = Math.min(maxMs, baseMs * 2 ** (Math.max(1, attempt) - 1));
  return full / 2 + (full / 2) * random();
}
