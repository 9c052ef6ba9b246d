import { setTimeout as sleep } from 'node:timers/promises';

import { retryDelayMs } from '#antenna/service';

/** Failures in a row after which the backing services are taken to be down. */
const failuresToOpen = 5;
const probe = { baseMs: 500, maxMs: 5000 };

/**
 * Stops the hammering of a store that is down. Messages stay on the queue meanwhile, so that an outage
 * of hours uses up nobody's attempts; a single message at a time probes whether it is over.
 */
export class Circuit {
  private failures = 0;

  /** While open, one message at a time is enough. */
  get isOpen(): boolean {
    return this.failures >= failuresToOpen;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(): void {
    this.failures += 1;
  }

  /** Returns at once while closed; while open, after a growing pause. */
  async untilProbe(signal: AbortSignal): Promise<void> {
    if (!this.isOpen) return;
    try {
      await sleep(retryDelayMs(this.failures - failuresToOpen + 1, probe), undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
