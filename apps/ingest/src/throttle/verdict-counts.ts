import type { ThrottleDecision } from '#antenna/throttle';

/** Decisions by rule and verdict, for the rules page; the metrics count them too. */
export class VerdictCounts {
  private counts: Record<string, Record<string, number>> = {};

  add({ rule, verdict }: ThrottleDecision): void {
    const ofRule = (this.counts[rule] ??= {});
    ofRule[verdict] = (ofRule[verdict] ?? 0) + 1;
  }

  /** What was counted since the last call. */
  takeAll(): Record<string, Record<string, number>> {
    const counts = this.counts;
    this.counts = {};
    return counts;
  }
}
