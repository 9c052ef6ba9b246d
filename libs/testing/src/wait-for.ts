import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Default: 20 seconds, for a machine that does other work. */
  readonly timeoutMs?: number;
  /** The awaited condition, for the error message; a function is called at the timeout. */
  readonly describe?: string | (() => string);
}

const pollEveryMs = 5;

/**
 * Resolves with the first truthy value of the condition. A condition that throws counts as not met; its last error
 * becomes the cause of the timeout error.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, undefined | null | false | 0 | ''>> {
  const timeoutMs = options.timeoutMs ?? 20_000;
  const deadline = process.hrtime.bigint() + BigInt(Math.round(timeoutMs * 1e6));
  let lastError: unknown;
  do {
    try {
      const value = await condition();
      lastError = undefined;
      if (value) return value as Exclude<T, undefined | null | false | 0 | ''>;
    } catch (error) {
      lastError = error;
    }
    await sleep(pollEveryMs);
  } while (process.hrtime.bigint() < deadline);

  const { describe = 'the condition' } = options;
  const what = typeof describe === 'string' ? describe : describe();
  throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}`, { cause: lastError });
}
