import { type EncodedReport, submit, SubmitError } from '#antenna/crash-client';
import type { SentReport } from './sent-report.js';

export interface SendAllOptions {
  readonly url: URL;
  readonly count: number;
  /** Reports in flight at the same time. */
  readonly concurrency: number;
  readonly reportAt: (index: number) => EncodedReport;
  /** Awaited before the next report of its sender, so that a slow reader of the output slows the sending. */
  readonly onSent: (sent: SentReport) => void | Promise<void>;
  /** Aborted: no more are started; those in flight are cancelled and not reported. */
  readonly signal: AbortSignal;
}

/**
 * Sends all reports, each once; an unanswered one does not stop the others, but a failure of `onSent` stops
 * them all.
 */
export async function sendAll(options: SendAllOptions): Promise<void> {
  const { count, concurrency } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  let next = 0;
  const sendInTurn = async (): Promise<void> => {
    while (next < count && !signal.aborted) {
      const index = next;
      next += 1;
      const sent = await sendOne({ ...options, signal }, index);
      if (!('error' in sent && sent.error.code === 'aborted')) await options.onSent(sent);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(count, concurrency) }, sendInTurn));
  } finally {
    failed.abort();
  }
}

async function sendOne(
  { url, reportAt, signal }: SendAllOptions,
  index: number,
): Promise<SentReport> {
  try {
    const headers = { 'User-Agent': 'antenna-cli' };
    return { index, answer: await submit(url, reportAt(index), { signal, headers }) };
  } catch (error) {
    if (error instanceof SubmitError) return { index, error };
    throw error;
  }
}
