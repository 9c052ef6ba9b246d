import type { EncodedReport } from '#antenna/crash-client';
import type { LoadCorpus } from './load-corpus.js';

/** A report ready to be sent. */
export interface PooledReport extends EncodedReport {
  readonly chunked: boolean;
}

/**
 * The first reports of a corpus, made before the run and sent again and again: making a report takes more CPU time than
 * sending it.
 */
export class ReportPool {
  private readonly reports: PooledReport[] = [];

  constructor(
    private readonly corpus: LoadCorpus,
    /** Number of different reports. */
    readonly distinct: number,
    private readonly runId: string,
  ) {}

  /** Makes the reports one by one. */
  *make(): Generator<void> {
    for (let index = 0; index < this.distinct; index += 1) {
      const { headers, body, chunked } = this.corpus.at(index);
      this.reports.push({ headers, body, chunked });
      yield;
    }
  }

  /** With its sequence number in the user agent, so that a stored crash shows which report it was. */
  at(sequence: number): PooledReport {
    const report = this.reports[sequence % this.distinct];
    if (!report) throw new RangeError(`no report ${sequence}`);
    const agent = `${report.headers['User-Agent'] ?? ''} antenna-load/${this.runId}.${sequence}`;
    return { ...report, headers: { ...report.headers, 'User-Agent': agent.trim() } };
  }
}
