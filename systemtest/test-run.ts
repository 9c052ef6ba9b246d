import { setTimeout as sleep } from 'node:timers/promises';

import type { SavedVerdict } from '#antenna/crash-report';

import type { MarkedReport } from './marked-report.js';

/** A report of this run that the deployment has acknowledged. */
export interface Acknowledged {
  readonly report: MarkedReport;
  readonly crashId: string;
  readonly verdict: SavedVerdict;
  readonly traceId: string;
}

const pollEveryMs = 250;

/** What the run has sent so far, for the later checks. */
export class TestRun {
  readonly acknowledged: Acknowledged[] = [];
  /** Ids of reports that a rule only pretended to accept. */
  readonly fakeAccepted: string[] = [];
  private lastAcknowledgedAt: number;

  constructor(
    /** The value of the marker in every report of this run. */
    readonly id: string,
    /** Maximum time from the acknowledgement of a report to its last step. */
    readonly timeoutMs: number,
    readonly clock: () => number,
    /** Aborted by Ctrl-C: waiting ends. */
    readonly interrupted: AbortSignal,
  ) {
    this.lastAcknowledgedAt = clock();
  }

  acknowledge(acknowledged: Acknowledged): void {
    this.acknowledged.push(acknowledged);
    this.lastAcknowledgedAt = this.clock();
  }

  /** Shared by all reports: with a deployment that stores nothing, the run waits once and not for each report. */
  get deadline(): number {
    return this.lastAcknowledgedAt + this.timeoutMs;
  }

  /**
   * Polls until there is an answer; at least once, even after the deadline.
   * @returns undefined after the deadline
   */
  async waitUntil<T>(poll: () => Promise<T | undefined>): Promise<T | undefined> {
    for (;;) {
      const answer = await poll();
      if (answer !== undefined || this.interrupted.aborted || this.clock() >= this.deadline)
        return answer;
      await sleep(pollEveryMs);
    }
  }
}
