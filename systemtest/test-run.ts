import type { SavedVerdict } from '#antenna/crash-report';

import type { MarkedReport } from './marked-report.js';

/** A report of ours that the deployment has acknowledged. */
export interface Acknowledged {
  readonly report: MarkedReport;
  readonly crashId: string;
  readonly verdict: SavedVerdict;
  readonly traceId: string;
}

/** What one run has sent so far, for the checks that look for it further down the path. */
export class TestRun {
  readonly acknowledged: Acknowledged[] = [];
  /** Ids of reports that a rule only pretended to accept. */
  readonly fakeAccepted: string[] = [];
  private lastAcknowledgedAt: number;

  constructor(
    /** The value of the marker in every report of this run. */
    readonly id: string,
    /** How long a report may take from its acknowledgement to its last trace. */
    readonly timeoutMs: number,
    readonly clock: () => number,
    /** Aborted by Ctrl-C: what waits gives up. */
    readonly interrupted: AbortSignal,
  ) {
    this.lastAcknowledgedAt = clock();
  }

  acknowledge(acknowledged: Acknowledged): void {
    this.acknowledged.push(acknowledged);
    this.lastAcknowledgedAt = this.clock();
  }

  /** One for all reports: a deployment that stores nothing makes the run wait once, not once for each report. */
  get deadline(): number {
    return this.lastAcknowledgedAt + this.timeoutMs;
  }
}
