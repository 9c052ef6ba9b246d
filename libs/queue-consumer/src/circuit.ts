import { retryDelayMs } from '#antenna/service';
import { pause } from '#antenna/time';

/** Consecutive failures after which the backends must pass a check before the next attempt. */
const failuresToOpen = 5;
const probe = { baseMs: 500, maxMs: 5000 };

/**
 * A circuit breaker that spares a store that is down. Messages stay on the queue until the backends pass
 * their checks again, so that a long outage uses up no attempts; then one message at a time is tried until
 * one succeeds.
 */
export class Circuit {
  /** Distinct failed messages: while it is only one that fails, and the backends work, others need not wait. */
  private readonly failing = new Set<string>();
  private failures = 0;

  /** @param untilBackendsAnswer resolves when all backends pass their checks, or when the signal is aborted */
  constructor(private readonly untilBackendsAnswer: (signal: AbortSignal) => Promise<unknown>) {}

  /** While open, take one message at a time. */
  get isOpen(): boolean {
    return this.failures >= failuresToOpen;
  }

  succeeded(): void {
    this.failing.clear();
    this.failures = 0;
  }

  /** @param what identifies the message, or the receive call, that failed */
  failed(what: string): void {
    if (this.failing.size < failuresToOpen) this.failing.add(what);
    this.failures += 1;
  }

  /** Returns at once while closed; while open, when the backends answer, after a growing pause if many messages fail. */
  async untilProbe(signal: AbortSignal): Promise<void> {
    if (!this.isOpen) return;
    if (this.failing.size >= failuresToOpen)
      await pause(retryDelayMs(this.failures - failuresToOpen + 1, probe), signal);
    await this.untilBackendsAnswer(signal);
  }
}
