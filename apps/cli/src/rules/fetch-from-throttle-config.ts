import { systemCode } from '#antenna/errors';
import { readBounded } from '#antenna/memory';
import { CliError } from '../cli-error.js';

const answerTimeoutMs = 10_000;
/** Several times the largest answer: a history of 200 revisions with a ruleset of 256 KiB. */
const maxAnswerBytes = 16 * 1024 ** 2;

/**
 * The content of throttle-config at a path.
 * @throws CliError when it does not answer, or not with 200; with exit code 130 after Ctrl-C
 */
export async function fetchFromThrottleConfig(
  base: URL,
  path: string,
  interrupted: AbortSignal,
): Promise<string> {
  const answer = await askThrottleConfig(base, path, interrupted);
  if (answer.ok) return answer.body;
  throw new CliError(`throttle-config at ${base.href} answers ${answer.status}`);
}

/**
 * The answer of throttle-config to a request, whatever its status.
 * @throws CliError when it does not answer; with exit code 130 after Ctrl-C
 */
export async function askThrottleConfig(
  base: URL,
  path: string,
  interrupted: AbortSignal,
  request: Pick<RequestInit, 'method' | 'headers' | 'body'> = {},
): Promise<{ readonly ok: boolean; readonly status: number; readonly body: string }> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(answerTimeoutMs)]);
  try {
    const answer = await fetch(new URL(path, base), { ...request, signal });
    return {
      ok: answer.ok,
      status: answer.status,
      body: await readBounded(answer, maxAnswerBytes),
    };
  } catch (error) {
    if (interrupted.aborted) throw new CliError('interrupted', 130, { cause: error });
    throw new CliError(`no throttle-config at ${base.href}: ${reasonOf(error)}`, 1, {
      cause: error,
    });
  }
}

/** The system's error is the cause of that of `fetch`. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return error.message;
  const cause =
    typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
  return systemCode(cause) ?? `no answer within ${answerTimeoutMs / 1000} s`;
}
