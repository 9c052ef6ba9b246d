import type { SampleOutcome } from '#antenna/throttle';

/** How often a rule had each outcome; outcomes that never occurred are omitted. */
export type OutcomeCounts = Readonly<Partial<Record<SampleOutcome, number>>>;

/** Counts by the name of the rule. */
export type RuleCounts = ReadonlyMap<string, OutcomeCounts>;

/** The decisions of the rules over a period that ends now, in slots of equal length. Times are in milliseconds. */
export class VerdictWindow {
  private readonly slots = new Map<number, Map<string, OutcomeCounts>>();

  constructor(
    readonly minutes: number,
    private readonly slotMs: number,
  ) {}

  /** Where the oldest slot starts. */
  start(now: number): number {
    return (this.slotOf(now) - (this.minutes * 60_000) / this.slotMs + 1) * this.slotMs;
  }

  /** Adds decisions that were made between two times, evenly to each slot between them. */
  add(counts: RuleCounts, from: number, to: number): void {
    this.forget(to);
    const first = this.slotOf(from);
    const count = this.slotOf(to) - first + 1;
    for (let index = 0; index < count; index += 1) {
      const slot = this.slots.get(first + index) ?? new Map<string, OutcomeCounts>();
      this.slots.set(first + index, slot);
      for (const [rule, outcomes] of counts) {
        const added = part(outcomes, index, count);
        if (Object.keys(added).length > 0) slot.set(rule, sum(slot.get(rule), added));
      }
    }
  }

  /** The counts of every rule that decided something. */
  totals(now: number): RuleCounts {
    this.forget(now);
    const totals = new Map<string, OutcomeCounts>();
    for (const slot of this.slots.values())
      for (const [rule, counts] of slot) totals.set(rule, sum(totals.get(rule), counts));
    return totals;
  }

  private slotOf(time: number): number {
    return Math.floor(time / this.slotMs);
  }

  private forget(now: number): void {
    const oldest = this.slotOf(this.start(now));
    for (const slot of this.slots.keys()) if (slot < oldest) this.slots.delete(slot);
  }
}

/** One of `parts` whole numbers for each count, which differ by at most 1 and add up to it. */
function part(counts: OutcomeCounts, index: number, parts: number): OutcomeCounts {
  const upTo = (count: number, end: number): number => Math.floor((count * end) / parts);
  return Object.fromEntries(
    Object.entries(counts)
      .map(([outcome, count]) => [outcome, upTo(count, index + 1) - upTo(count, index)] as const)
      .filter(([, count]) => count > 0),
  );
}

function sum(left: OutcomeCounts = {}, right: OutcomeCounts): OutcomeCounts {
  const total: Partial<Record<SampleOutcome, number>> = { ...left };
  for (const [outcome, count] of Object.entries(right) as [SampleOutcome, number][])
    total[outcome] = (total[outcome] ?? 0) + count;
  return total;
}
