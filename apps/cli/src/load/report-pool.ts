import type { CorpusReport, ReportCorpus } from '#antenna/report-corpus';
import { sendingAgent } from './sent-as.js';

/**
 * The first reports of a corpus, made before the run and sent again and again: making a report takes as much CPU time as
 * sending it.
 */
export class ReportPool {
  private readonly reports: CorpusReport[] = [];

  constructor(
    private readonly corpus: ReportCorpus,
    /** Number of different reports. */
    readonly distinct: number,
    readonly runId: string,
  ) {}

  /** Makes the reports one by one. */
  *make(): Generator<void> {
    for (let index = 0; index < this.distinct; index += 1) {
      this.reports.push(this.corpus.at(index));
      yield;
    }
  }

  /** With its sequence number in the user agent, so that a stored crash shows which report it was. */
  at(sequence: number): CorpusReport {
    const report = this.reports[sequence % this.distinct];
    if (!report) throw new RangeError(`no report ${sequence}`);
    const { runId } = this;
    const agent = sendingAgent(report.headers['User-Agent'] ?? '', { runId, sequence });
    return { ...report, headers: { ...report.headers, 'User-Agent': agent } };
  }
}
