import {
  type EvaluationCost,
  type ShadowCounts,
  shadowLimits,
  type Verdict,
  type VerdictChanges,
} from '#antenna/throttle';

/** The verdicts of both rulesets about one report, and their times in milliseconds. */
export interface ComparedReport {
  readonly live: Verdict;
  readonly draft: Verdict;
  /** The rule of the draft that decided. */
  readonly rule: string;
  /** From closed lists. */
  readonly product: string;
  readonly channel: string;
  readonly liveMs: number;
  readonly draftMs: number;
}

interface ProductRow {
  readonly product: string;
  readonly channel: string;
  readonly verdicts: VerdictChanges;
}

/** Counts what a draft would change. It keeps nothing of a report. */
export class ShadowTally {
  /** Reports that the live rules decided. */
  reports = 0;
  private evaluated = 0;
  private readonly verdicts: VerdictChanges = {};
  private readonly decided = new Map<string, number>();
  private readonly errors = new Map<string, number>();
  private readonly products = new Map<string, ProductRow>();
  private readonly live = new Cost();
  private readonly draft = new Cost();

  add({ live, draft, rule, product, channel, liveMs, draftMs }: ComparedReport): void {
    this.evaluated += 1;
    count(this.verdicts, live, draft);
    countName(this.decided, rule);
    count(this.row(product, channel).verdicts, live, draft);
    this.live.add(liveMs);
    this.draft.add(draftMs);
  }

  /** Counts an evaluation in which the rule failed. */
  addError(rule: string): void {
    countName(this.errors, rule);
  }

  counts(): ShadowCounts {
    return {
      reports: this.reports,
      evaluated: this.evaluated,
      verdicts: this.verdicts,
      decided: Object.fromEntries(this.decided),
      errors: Object.fromEntries(this.errors),
      products: [...this.products.values()],
      cost: { live: this.live.sum(), draft: this.draft.sum() },
    };
  }

  private row(product: string, channel: string): ProductRow {
    const known = this.products.get(`${product}\n${channel}`);
    if (known) return known;
    const isFull = this.products.size >= shadowLimits.products - 1 && product !== 'other';
    if (isFull) return this.row('other', 'other');
    const row = { product, channel, verdicts: {} };
    this.products.set(`${product}\n${channel}`, row);
    return row;
  }
}

class Cost {
  private total = 0;
  private max = 0;

  add(milliseconds: number): void {
    this.total += milliseconds;
    this.max = Math.max(this.max, milliseconds);
  }

  /** In whole microseconds. */
  sum(): EvaluationCost {
    return { totalUs: Math.round(this.total * 1000), maxUs: Math.round(this.max * 1000) };
  }
}

function count(changes: VerdictChanges, live: Verdict, draft: Verdict): void {
  const drafts = (changes[live] ??= {});
  drafts[draft] = (drafts[draft] ?? 0) + 1;
}

function countName(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
