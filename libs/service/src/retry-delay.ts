/**
 * The delay before the next attempt. It doubles from `baseMs` up to `maxMs`; its upper half is random, so that processes
 * that failed together do not retry together.
 *
 * @param attempt number of failed attempts so far, from 1
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
