import type { SampleOutcome } from '#antenna/throttle';

/** How often a rule had each outcome; outcomes that never occurred are omitted. */
export type OutcomeCounts = Readonly<Partial<Record<SampleOutcome, number>>>;

const bucketMs = 30_000;
const buckets = 20;

/** The decisions of the rules over the last ten minutes, in buckets of half a minute. */
export class VerdictWindow {
  static readonly minutes = (bucketMs * buckets) / 60_000;
  private readonly counted = new Map<number, Map<string, Partial<Record<SampleOutcome, number>>>>();

  constructor(private readonly now: () => number) {}

  add(rule: string, counts: OutcomeCounts): void {
    const number = this.bucketNumber();
    this.forget(number);
    const bucket = this.counted.get(number) ?? new Map<string, OutcomeCounts>();
    this.counted.set(number, bucket);
    bucket.set(rule, sum(bucket.get(rule), counts));
  }

  /** The counts of every rule that decided something, by the name of the rule. */
  totals(): ReadonlyMap<string, OutcomeCounts> {
    this.forget(this.bucketNumber());
    const totals = new Map<string, OutcomeCounts>();
    for (const bucket of this.counted.values())
      for (const [rule, counts] of bucket) totals.set(rule, sum(totals.get(rule), counts));
    return totals;
  }

  private bucketNumber(): number {
    return Math.floor(this.now() / bucketMs);
  }

  private forget(current: number): void {
    for (const number of this.counted.keys())
      if (number <= current - buckets) this.counted.delete(number);
  }
}

function sum(left: OutcomeCounts = {}, right: OutcomeCounts): OutcomeCounts {
  const total: Partial<Record<SampleOutcome, number>> = { ...left };
  for (const [outcome, count] of Object.entries(right) as [SampleOutcome, number][])
    total[outcome] = (total[outcome] ?? 0) + count;
  return total;
}
