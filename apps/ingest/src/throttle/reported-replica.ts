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
}

const answerTimeoutMs = 10_000;
const badRequest = 400;

/** Sends reports to one replica of throttle-config. */
export class ReportedReplica {
  private isBusy = false;
  private received: RuleCounts | undefined;

  constructor(private readonly url: string) {}

  /**
   * Does nothing while the replica has not answered the last report: the next one has everything.
   * @throws Error if the replica does not accept the report
   */
  async report(report: IngestReport, signal: AbortSignal): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      const status = await this.post(report, signal);
      if (status === badRequest) await this.reportNew(report, signal);
      else this.check(status);
      this.received = report.totals;
    } finally {
      this.isBusy = false;
    }
  }

  /** A throttle-config of 0.1 refuses properties that it does not know, and takes the decisions since the last report. */
  private async reportNew(report: IngestReport, signal: AbortSignal): Promise<void> {
    const { instance, revision, acceptedAt, totals } = report;
    const rules = countedSince(this.received ?? totals, totals);
    this.check(await this.post({ instance, revision, acceptedAt, rules }, signal));
  }

  private async post(body: object, signal: AbortSignal): Promise<number> {
    const response = await fetch(new URL('/v1/ingest-reports', this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
    });
    await response.body?.cancel();
    return response.status;
  }

  private check(status: number): void {
    if (status >= badRequest) throw new Error(`${this.url} answered ${status}`);
  }
}
