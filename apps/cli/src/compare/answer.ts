import { submit, type SubmitAnswer, SubmitError } from '#antenna/crash-client';
import type { CorpusReport } from '#antenna/report-corpus';
import type { Side } from './decided-by-chance.js';

/** What a collector answered to one report. */
export type Answer =
  | { readonly type: 'kept'; readonly crashId: string; readonly words: string; readonly ms: number }
  /** A rule rejected it. */
  | {
      readonly type: 'rejected';
      readonly rule: string;
      readonly words: string;
      readonly ms: number;
    }
  | { readonly type: 'other'; readonly status: string; readonly words: string; readonly ms: number }
  | { readonly type: 'none'; readonly reason: string };

export type Answers = Readonly<Record<Side, Answer>>;

export async function answerOf(
  url: URL,
  report: CorpusReport,
  signal: AbortSignal,
): Promise<Answer> {
  const startedAt = performance.now();
  try {
    const { headers, chunked } = report;
    const body = Buffer.concat(report.body);
    const answer = await submit(url, { headers: { ...headers }, body }, { signal, chunked });
    return { ...meaningOf(answer), ms: performance.now() - startedAt };
  } catch (error) {
    if (error instanceof SubmitError) return { type: 'none', reason: error.code };
    throw error;
  }
}

function meaningOf({ status, body, crashId, discarded }: SubmitAnswer) {
  if (status === 200 && crashId !== undefined)
    return { type: 'kept' as const, crashId, words: body.replaceAll(crashId, '<crash id>') };
  const rule = status === 200 ? /^rule_(.+)$/.exec(discarded ?? '')?.[1] : undefined;
  if (rule !== undefined) return { type: 'rejected' as const, rule, words: body };
  const reason = discarded === undefined ? '' : ` Discarded=${discarded}`;
  // Only answers with a reason have a format; what else a body says is free.
  return { type: 'other' as const, status: `${status}${reason}`, words: reason && body };
}

/** For differences and their subjects. */
export function describeAnswer(answer: Answer): string {
  switch (answer.type) {
    case 'kept':
      return '200 CrashID';
    case 'rejected':
      return `200 Discarded=rule_${answer.rule}`;
    case 'other':
      return answer.status;
    case 'none':
      return `no answer (${answer.reason})`;
  }
}
