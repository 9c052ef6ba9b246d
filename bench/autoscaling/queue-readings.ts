import type { Random } from './random.js';

/** What KEDA and the autoscaler know of a queue's depth: what it was some time ago. */
export class QueueReadings {
  private readonly depths: number[] = [];
  private kept = 0;
  private keptUntil = -Infinity;

  /**
   * @param options.depthLagSeconds SQS counts approximately and late; each reading is from some moment within this
   * time
   * @param options.readingKeptSeconds how long a reading is used again
   */
  constructor(
    private readonly options: {
      readonly depthLagSeconds: number;
      readonly readingKeptSeconds: number;
    },
    private readonly random: Random,
  ) {}

  /** The depth of the second that has just passed. */
  add(depth: number): void {
    this.depths.push(depth);
  }

  read(nowSeconds: number): number {
    if (nowSeconds < this.keptUntil) return this.kept;
    const lag = Math.floor(this.random() * (this.options.depthLagSeconds + 1));
    this.kept = this.depths[Math.max(0, this.depths.length - 1 - lag)] ?? 0;
    this.keptUntil = nowSeconds + this.options.readingKeptSeconds;
    return this.kept;
  }
}
