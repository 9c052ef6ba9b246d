import { submit, type SubmitAnswer, SubmitError } from '#antenna/crash-client';
import { pause } from '#antenna/time';
import type { ForwardedReport } from './forwarded-report.js';

/** The last answer, or why there was none. */
export type PostResult = { readonly answer: SubmitAnswer } | { readonly error: SubmitError };

export interface PostOptions {
  readonly url: URL;
  /** Aborted: the current attempt completes, but there is no further one. */
  readonly interrupted: AbortSignal;
  readonly sleep?: typeof pause;
}

/** Between attempts. A receipt of the queue must be valid for longer than all attempts take. */
const retryDelaysMs = [500, 1000, 2000, 4000];

/**
 * Posts a report, again after no answer, 408, 429 and 5xx.
 * @returns undefined when it was interrupted before a final answer
 */
export async function postReport(
  { report, headers }: ForwardedReport,
  { url, interrupted, sleep = pause }: PostOptions,
): Promise<PostResult | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await postOnce(url, { report, headers });
    const delay = retryDelaysMs[attempt];
    if (!isTransient(result) || delay === undefined) return result;
    await sleep(delay, interrupted);
    if (interrupted.aborted) return undefined;
  }
}

/** Whether the collector, and not the report, is the likely cause. */
export function isTransient(result: PostResult): boolean {
  if ('error' in result) return true;
  const { status } = result.answer;
  return status === 408 || status === 429 || status >= 500;
}

async function postOnce(url: URL, { report, headers }: ForwardedReport): Promise<PostResult> {
  try {
    return { answer: await submit(url, report, { headers }) };
  } catch (error) {
    if (error instanceof SubmitError) return { error };
    throw error;
  }
}
