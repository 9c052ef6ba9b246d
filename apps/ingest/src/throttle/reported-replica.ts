import { isShadowNotice, type ShadowNotice, type ShadowReport } from '#antenna/throttle';

import { readBounded } from '#antenna/memory';
import { countedSince, type RuleCounts } from './verdict-counts.js';

/** The body of a report to throttle-config. A newer report replaces an older one of the same `boot`. */
export interface IngestReport {
  readonly instance: string;
  readonly revision: string;
  /** When this process began to use that revision, as an ISO 8601 time. */
  readonly acceptedAt: string;
  /** Identifies this process. */
  readonly boot: string;
  /** For how long this process has counted. */
  readonly ageMs: number;
  /** The decisions since then. */
  readonly totals: RuleCounts;
  /** What a draft would change, while one runs. */
  readonly shadow?: ShadowReport;
}

const answerTimeoutMs = 10_000;
const ok = 200;
const badRequest = 400;
const maxAnswerBytes = 64 * 1024;

interface ReportAnswer {
  readonly status: number;
  readonly shadow?: ShadowNotice;
}

/** Sends reports to one replica of throttle-config. */
export class ReportedReplica {
  private isBusy = false;
  private received: RuleCounts | undefined;

  constructor(readonly url: string) {}

  /**
   * Does nothing while the replica has not answered the last report: the next one has everything.
   * @returns which draft runs; undefined if the replica does not say it
   * @throws Error if the replica does not accept the report
   */
  async report(report: IngestReport, signal: AbortSignal): Promise<ShadowNotice | undefined> {
    if (this.isBusy) return undefined;
    this.isBusy = true;
    try {
      const { status, shadow } = await this.post(report, signal);
      if (status === badRequest) await this.reportNew(report, signal);
      else this.check(status);
      this.received = report.totals;
      return shadow;
    } finally {
      this.isBusy = false;
    }
  }

  /** A throttle-config of 0.1 refuses properties that it does not know, and takes the decisions since the last report. */
  private async reportNew(report: IngestReport, signal: AbortSignal): Promise<void> {
    const { instance, revision, acceptedAt, totals } = report;
    const rules = countedSince(this.received ?? totals, totals);
    const { status } = await this.post({ instance, revision, acceptedAt, rules }, signal);
    this.check(status);
  }

  private async post(body: object, signal: AbortSignal): Promise<ReportAnswer> {
    const response = await fetch(new URL('/v1/ingest-reports', this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
    });
    const { status } = response;
    if (status === ok) {
      const shadow = noticeIn(await readBounded(response, maxAnswerBytes));
      return shadow ? { status, shadow } : { status };
    }
    await response.body?.cancel();
    return { status };
  }

  private check(status: number): void {
    if (status >= badRequest) throw new Error(`${this.url} answered ${status}`);
  }
}

/** Whatever answers at this address: only a valid notice counts. */
function noticeIn(json: string): ShadowNotice | undefined {
  const answer: unknown = JSON.parse(json);
  if (typeof answer !== 'object' || answer === null || !('shadow' in answer)) return undefined;
  return isShadowNotice(answer.shadow) ? answer.shadow : undefined;
}
