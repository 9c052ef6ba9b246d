import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** Attempts of a call with transient failures. Default 3. */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds before the second attempt, doubled for each further one, with jitter. Default 100. */
  readonly retryDelayMs?: number | undefined;
  /** Random number from 0 to 1, for the jitter. */
  readonly random?: (() => number) | undefined;
}

/** Repeats an attempt after transient failures, a limited number of times. Throws the last failure. */
export async function retried<T>(
  { maxAttempts = 3, retryDelayMs = 100, random = Math.random }: RetryOptions,
  isTransient: (error: unknown) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (count >= maxAttempts || !isTransient(error)) throw error;
    }
    await sleep(retryDelayMs * 2 ** (count - 1) * (0.5 + random()));
  }
}
