import type { BackendChecksService } from '#antenna/service';

/**
 * How often a failed attempt is repeated before the dead-letter queue: never, `MAX_ATTEMPTS` times (`fully`), or only a
 * few times (`briefly`), since what a store answers may be wrong for a moment, but most likely stays so.
 */
export type Retries = 'never' | 'briefly' | 'fully';

/** Half a minute with the default `RETRY_BASE`. */
export const briefAttempts = 5;

/** Whether a failed attempt is the last one. None is for its number alone while a store or a queue is down. */
export async function isLastAttempt(
  { attempts, maxAttempts }: { readonly attempts: number; readonly maxAttempts: number },
  retries: Retries,
  checks: BackendChecksService,
): Promise<boolean> {
  if (retries === 'never') return true;
  const limit = retries === 'briefly' ? Math.min(briefAttempts, maxAttempts) : maxAttempts;
  return attempts >= limit && (await checks.allAnswer());
}
