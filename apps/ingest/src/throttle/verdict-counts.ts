import type { Verdict } from '#antenna/throttle';

/** Counts decisions by rule and verdict for the rules page; `continue` means that the rule's sample passed the report on. */
export class VerdictCounts {
  private counts: Record<string, Record<string, number>> = {};

  add(rule: string, verdict: Verdict | 'continue'): void {
    const ofRule = (this.counts[rule] ??= {});
    ofRule[verdict] = (ofRule[verdict] ?? 0) + 1;
  }

  /** Returns the counts since the last call. */
  takeAll(): Record<string, Record<string, number>> {
    const counts = this.counts;
    this.counts = {};
    return counts;
  }
}
