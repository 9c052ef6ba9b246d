import type { Verdict } from '#antenna/throttle';

/** What each rule gave, by rule and verdict, for the rules page; `continue` when its sample let a report go on. */
export class VerdictCounts {
  private counts: Record<string, Record<string, number>> = {};

  add(rule: string, verdict: Verdict | 'continue'): void {
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
