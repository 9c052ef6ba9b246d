import { Latencies, type Latency } from './latencies.js';
import { type Outcome, type OutcomeClass } from './outcome.js';

/** One interval of the run, normally a second. */
export interface Interval extends Readonly<Record<OutcomeClass, number>> {
  /** End of the interval in seconds since the start. */
  readonly second: number;
  /** Reports that became due, were started, and were answered or failed. */
  readonly due: number;
  readonly sent: number;
  readonly answered: number;
  readonly inFlight: number;
  /** Due, but not started because of the limit of reports in flight. */
  readonly waiting: number;
  /** Undefined without an answer. */
  readonly latency: Latency | undefined;
}

interface CountedOutcome extends OutcomeCount {
  count: number;
  readonly examples: string[];
}

export interface OutcomeCount {
  readonly class: OutcomeClass;
  readonly label: string;
  readonly count: number;
  /** Answers or errors, for failures and refusals. */
  readonly examples: readonly string[];
}

const maxLabels = 50;
const maxExamples = 3;

interface Counts extends Record<OutcomeClass, number> {
  due: number;
  sent: number;
  answered: number;
}

const noCounts = (): Counts => ({
  due: 0,
  sent: 0,
  answered: 0,
  accepted: 0,
  discarded: 0,
  refused: 0,
  failed: 0,
  stopped: 0,
});

/** Counts what happens to the reports, in total and for each interval. */
export class Tally {
  readonly total: Counts = noCounts();
  readonly intervals: Interval[] = [];
  bytes = 0;
  inFlight = 0;
  waiting = 0;
  /** Reports that had to wait for the limit of reports in flight, and the longest wait. */
  readonly held = { reports: 0, maxMs: 0 };
  private current = noCounts();
  private readonly all = new Latencies();
  private readonly recent = new Latencies();
  private readonly kinds = new Map<string, CountedOutcome>();

  due(): void {
    this.total.due += 1;
    this.current.due += 1;
  }

  started(bytes: number): void {
    this.inFlight += 1;
    this.bytes += bytes;
    this.total.sent += 1;
    this.current.sent += 1;
  }

  /** @param latencyMs from when the report was due to the end of its answer; of failures too */
  ended(outcome: Outcome, latencyMs: number): void {
    this.inFlight -= 1;
    this.count(outcome);
    for (const counts of [this.total, this.current]) {
      counts[outcome.class] += 1;
      if (outcome.class !== 'stopped') counts.answered += 1;
    }
    if (outcome.class === 'stopped') return;
    this.all.record(latencyMs);
    this.recent.record(latencyMs);
  }

  endInterval(second: number): Interval {
    const { inFlight, waiting } = this;
    const interval = {
      second,
      ...this.current,
      inFlight,
      waiting,
      latency: this.recent.percentiles,
    };
    this.intervals.push(interval);
    this.current = noCounts();
    this.recent.reset();
    return interval;
  }

  get latency(): Latency | undefined {
    return this.all.percentiles;
  }

  /** Failures first, then the most frequent first. */
  get outcomes(): OutcomeCount[] {
    return [...this.kinds.values()].toSorted(
      (a, b) => severity(b.class) - severity(a.class) || b.count - a.count,
    );
  }

  private count({ class: name, label, detail }: Outcome): void {
    const known = this.kinds.has(label) || this.kinds.size < maxLabels;
    const key = known ? label : `other: ${name}`;
    const kind = this.kinds.get(key) ?? { class: name, label: key, count: 0, examples: [] };
    this.kinds.set(key, kind);
    kind.count += 1;
    if (
      detail !== undefined &&
      kind.examples.length < maxExamples &&
      !kind.examples.includes(detail)
    )
      kind.examples.push(detail);
  }
}

function severity(name: OutcomeClass): number {
  return name === 'failed' ? 1 : 0;
}
