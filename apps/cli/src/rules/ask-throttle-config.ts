import { CliError, systemCode } from '../cli-error.js';

const answerTimeoutMs = 10_000;

/**
 * What throttle-config answers at a path.
 * @throws CliError when it does not answer, or not with 200; with exit code 130 after Ctrl-C
 */
export async function askThrottleConfig(
  base: URL,
  path: string,
  interrupted: AbortSignal,
): Promise<string> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(answerTimeoutMs)]);
  try {
    const answer = await fetch(new URL(path, base), { signal });
    if (!answer.ok) throw new CliError(`throttle-config at ${base.href} answers ${answer.status}`);
    return await answer.text();
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (interrupted.aborted) throw new CliError('interrupted', 130, { cause: error });
    throw new CliError(`no throttle-config at ${base.href}: ${reasonOf(error)}`, 1, {
      cause: error,
    });
  }
}

/** Fetch hides the system's error in the cause of its own. */
function reasonOf(error: unknown): string {
  const cause =
    typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
  return systemCode(cause) ?? `no answer within ${answerTimeoutMs / 1000} s`;
}
