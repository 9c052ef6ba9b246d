import { setTimeout as sleep } from 'node:timers/promises';

import { retryDelayMs } from '#antenna/service';

/** So many different messages in a row must fail before the backing services are taken to be down. */
const failingToOpen = 5;
const probe = { baseMs: 500, maxMs: 5000 };

/**
 * Stops the hammering of a store that is down. Messages stay on the queue until the stores and queues
 * answer again, so that an outage of hours uses up nobody's attempts; then a single message at a time
 * proves that they work, too.
 */
export class Circuit {
  /** Different ones: a single crash that fails again and again is no outage, however quiet the night. */
  private readonly failing = new Set<string>();
  private failures = 0;

  /** @param untilServicesAnswer resolves as soon as they do, or the signal is aborted */
  constructor(private readonly untilServicesAnswer: (signal: AbortSignal) => Promise<unknown>) {}

  /** While open, one message at a time is enough. */
  get isOpen(): boolean {
    return this.failing.size >= failingToOpen;
  }

  succeeded(): void {
    this.failing.clear();
    this.failures = 0;
  }

  /** @param what names the message, or the receive, that failed */
  failed(what: string): void {
    if (!this.isOpen) this.failing.add(what);
    this.failures += 1;
  }

  /** Returns at once while closed; while open, after a growing pause, when the services answer. */
  async untilProbe(signal: AbortSignal): Promise<void> {
    if (!this.isOpen) return;
    try {
      await sleep(retryDelayMs(this.failures - failingToOpen + 1, probe), undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await this.untilServicesAnswer(signal);
  }
}
