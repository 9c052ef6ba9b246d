import type { Verdict } from '#antenna/throttle';

/** Number of decisions by rule and verdict; `continue` means that the rule's sample passed the report on. */
export type RuleCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Counts the decisions of this process since its start, for the rules page. */
export class VerdictCounts {
  private readonly counts = new Map<string, Record<string, number>>();

  add(rule: string, verdict: Verdict | 'continue'): void {
    const ofRule = this.counts.get(rule) ?? {};
    this.counts.set(rule, ofRule);
    ofRule[verdict] = (ofRule[verdict] ?? 0) + 1;
  }

  /** Forgets the counts of all other rules. */
  keepOnly(rules: ReadonlySet<string>): void {
    for (const rule of this.counts.keys()) if (!rules.has(rule)) this.counts.delete(rule);
  }

  totals(): RuleCounts {
    return Object.fromEntries(Array.from(this.counts, ([rule, counts]) => [rule, { ...counts }]));
  }
}

/** What was counted after `before`. */
export function countedSince(before: RuleCounts, totals: RuleCounts): RuleCounts {
  return Object.fromEntries(
    Object.entries(totals).map(([rule, counts]) => [
      rule,
      Object.fromEntries(
        Object.entries(counts).map(([verdict, count]) => [
          verdict,
          Math.max(0, count - (before[rule]?.[verdict] ?? 0)),
        ]),
      ),
    ]),
  );
}
