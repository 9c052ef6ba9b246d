import { pause } from '#antenna/time';

interface Clock {
  /** Milliseconds since any instant. */
  now(): number;
  /** Resolves early when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

const systemClock: Clock = {
  now: () => performance.now(),
  sleep: pause,
};

/** Limits a rate: spreads turns evenly, and does not catch up on lost time. */
export class Pace {
  private next = 0;

  constructor(
    private readonly perSecond: number,
    private readonly signal: AbortSignal,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Waits for the turn of the next `count` items; false when the signal was aborted. */
  async turn(count = 1): Promise<boolean> {
    const waitMs = this.next - this.clock.now();
    if (waitMs > 0) await this.clock.sleep(waitMs, this.signal);
    this.next = Math.max(this.clock.now(), this.next) + (count * 1000) / this.perSecond;
    return !this.signal.aborted;
  }

  /** The items, each in its turn, until the signal is aborted. */
  async *spread<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
    for await (const item of items) {
      if (!(await this.turn())) return;
      yield item;
    }
  }
}
