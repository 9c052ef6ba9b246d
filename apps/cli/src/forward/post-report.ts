import { submit, type SubmitAnswer, SubmitError } from '#antenna/crash-client';
import { pause } from '#antenna/time';
import type { ForwardedReport } from './forwarded-report.js';
import { failed, type ForwardOutcome } from './forward-outcome.js';

export interface PostOptions {
  readonly url: URL;
  /** Aborted: the current attempt completes, but there is no further one. */
  readonly interrupted: AbortSignal;
  readonly sleep?: typeof pause;
}

/** Between attempts. A receipt of the queue must be valid for longer than all attempts take. */
const retryDelaysMs = [500, 1000, 2000, 4000];
const longestBody = 200;

/** Posts a report, again after no answer, 408, 429 and 5xx. */
export async function postReport(
  { report, headers }: ForwardedReport,
  { url, interrupted, sleep = pause }: PostOptions,
): Promise<ForwardOutcome> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await submit(url, report, { headers }).catch((error: unknown) => {
      if (error instanceof SubmitError) return error;
      throw error;
    });
    const delay = retryDelaysMs[attempt];
    if (!isTransient(answer) || delay === undefined) return outcomeOf(answer);
    await sleep(delay, interrupted);
    if (interrupted.aborted) return { kind: 'interrupted' };
  }
}

function isTransient(answer: SubmitAnswer | SubmitError): boolean {
  if (answer instanceof SubmitError) return true;
  const { status } = answer;
  return status === 408 || status === 429 || status >= 500;
}

function outcomeOf(answer: SubmitAnswer | SubmitError): ForwardOutcome {
  if (answer instanceof SubmitError) return failed(`${answer.code}: ${answer.message}`, 'all');
  const { status, crashId, discarded, body } = answer;
  if (status === 200 && crashId !== undefined)
    return { kind: 'forwarded', status, newCrashId: crashId };
  if (status === 200 && discarded !== undefined) return { kind: 'discarded', status, discarded };
  // 401: the token is refused. Any other 200 does not come from a collector.
  const isForAll = isTransient(answer) || status === 401 || status === 200;
  const reason = `${status} ${body.trim().slice(0, longestBody)}`.trimEnd();
  return failed(reason, isForAll ? 'all' : 'this');
}
