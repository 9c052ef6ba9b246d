import { type SubmitAnswer, SubmitError } from '#antenna/crash-client';

/** The result of sending one report. */
export type SentReport =
  | { readonly index: number; readonly answer: SubmitAnswer }
  | { readonly index: number; readonly error: SubmitError };

/** The collector's answer in one line, or why there is none. */
export function lineOf(sent: SentReport): string {
  return 'answer' in sent
    ? `${sent.answer.status} ${sent.answer.body.trim().replaceAll(/\s*\n\s*/g, ' ')}`.trimEnd()
    : `${sent.error.code}: ${sent.error.message}`;
}

/** The answer without what differs between reports: for counting. */
export function kindOf(sent: SentReport): string {
  if (!('answer' in sent)) return sent.error.code;
  const { status, crashId, discarded } = sent.answer;
  if (crashId !== undefined) return `${status} CrashID`;
  return discarded === undefined ? String(status) : `${status} Discarded=${discarded}`;
}

export function jsonOf(sent: SentReport): string {
  return JSON.stringify(
    'answer' in sent
      ? { index: sent.index, ...sent.answer }
      : { index: sent.index, error: sent.error.code, message: sent.error.message },
  );
}

/** No answer, 4xx and 5xx are failures; a rejection by a rule is not. */
export function isFailure(sent: SentReport): boolean {
  return 'answer' in sent ? sent.answer.status >= 400 : true;
}
