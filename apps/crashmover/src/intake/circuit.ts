import { setTimeout as sleep } from 'node:timers/promises';

import { retryDelayMs } from '#antenna/service';

/** Failures in a row after which the backing services are asked before anything else is tried. */
const failuresToOpen = 5;
const probe = { baseMs: 500, maxMs: 5000 };

/**
 * Stops the hammering of a store that is down. Messages stay on the queue until the stores and queues
 * answer again, so that an outage of hours uses up nobody's attempts; then a single message at a time
 * proves that they work, too.
 */
export class Circuit {
  /** What failed: when it is a single crash again and again, and the services answer, others need not wait. */
  private readonly failing = new Set<string>();
  private failures = 0;

  /** @param untilServicesAnswer resolves as soon as they do, or the signal is aborted */
  constructor(private readonly untilServicesAnswer: (signal: AbortSignal) => Promise<unknown>) {}

  /** While open, one message at a time is enough. */
  get isOpen(): boolean {
    return this.failures >= failuresToOpen;
  }

  succeeded(): void {
    this.failing.clear();
    this.failures = 0;
  }

  /** @param what names the message, or the receive, that failed */
  failed(what: string): void {
    if (this.failing.size < failuresToOpen) this.failing.add(what);
    this.failures += 1;
  }

  /** Returns at once while closed; while open, when the services answer, and after a growing pause if many fail. */
  async untilProbe(signal: AbortSignal): Promise<void> {
    if (!this.isOpen) return;
    if (this.failing.size >= failuresToOpen) await this.pause(signal);
    await this.untilServicesAnswer(signal);
  }

  private async pause(signal: AbortSignal): Promise<void> {
    try {
      await sleep(retryDelayMs(this.failures - failuresToOpen + 1, probe), undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
