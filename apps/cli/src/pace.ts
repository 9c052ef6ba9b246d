import { setTimeout as sleep } from 'node:timers/promises';

interface Clock {
  /** Milliseconds from any beginning. */
  now(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
};

/** Lets no more than so many things a second pass, evenly, and does not catch up on time lost. */
export class Pace {
  private next = 0;

  constructor(
    private readonly perSecond: number,
    private readonly signal: AbortSignal,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Waits for the turn of the next `count` things; false when the signal was aborted. */
  async turn(count = 1): Promise<boolean> {
    const waitMs = this.next - this.clock.now();
    if (waitMs > 0) {
      try {
        await this.clock.sleep(waitMs, this.signal);
      } catch (error) {
        if (!this.signal.aborted) throw error;
      }
    }
    this.next = Math.max(this.clock.now(), this.next) + (count * 1000) / this.perSecond;
    return !this.signal.aborted;
  }
}
