import type { Metrics } from '#antenna/telemetry';
import type { Ruleset, ShadowEnd, ShadowReport, ThrottleDecision } from '#antenna/throttle';

import { newReportChance, type ReportChance } from './report-chance.js';
import { ShadowTally } from './shadow-tally.js';
import { TimeShare } from './time-share.js';

/** The draft takes at most a tenth of the time of the process; 0.3 s at once. A verdict takes up to 0.1 s. */
const draftTime = { share: 0.1, burstMs: 300 };

/** Product and channel of a report, from closed lists. */
export interface ReportLabels {
  readonly product: string;
  readonly channel: string;
}

/** A report that the live rules have decided. */
export interface DecidedReport extends ReportLabels {
  /** As rules see them. */
  readonly annotations: ReadonlyMap<string, string>;
  readonly decision: ThrottleDecision;
  readonly decisionMs: number;
}

export interface ShadowRunOptions {
  readonly id: string;
  readonly draft: Ruleset;
  readonly ageMs: number;
  readonly remainingMs: number;
  /** Limits the time of the draft's evaluations. */
  readonly time?: TimeShare;
}

/** A draft that is evaluated beside the live rules, and what it would change. */
export class ShadowRun {
  readonly id: string;
  ended: ShadowEnd | undefined;
  private readonly draft: Ruleset;
  private readonly startedAt: number;
  private readonly endsAt: number;
  private readonly tally = new ShadowTally();
  private readonly time: TimeShare;

  constructor(
    { id, draft, ageMs, remainingMs, time }: ShadowRunOptions,
    private readonly metrics: Metrics,
  ) {
    this.time = time ?? new TimeShare(draftTime, () => performance.now());
    this.id = id;
    this.draft = draft;
    this.startedAt = performance.now() - ageMs;
    this.endsAt = performance.now() + remainingMs;
  }

  /** The draws of the next report; undefined if the draft is not evaluated for it. */
  next(): ReportChance | undefined {
    this.tally.reports += 1;
    if (this.time.isLeft) return newReportChance();
    this.skip();
    return undefined;
  }

  /**
   * Evaluates the draft when the event loop has nothing else to do for this report: its answer is sent, or it is being
   * written. The annotations are kept for one turn of the loop.
   */
  compareSoon(report: DecidedReport, chance: ReportChance): void {
    // Those of reports that were decided at the same time may have used up the time meanwhile.
    setImmediate(() => (this.time.isLeft ? this.compare(report, chance) : this.skip()));
  }

  report(): ShadowReport {
    const now = performance.now();
    return {
      id: this.id,
      revision: this.draft.revision,
      ageMs: Math.round(now - this.startedAt),
      remainingMs: Math.max(0, Math.round(this.endsAt - now)),
      ...(this.ended && { ended: this.ended }),
      ...this.tally.counts(),
    };
  }

  private skip(): void {
    this.metrics.increment('antenna.throttle.shadow_reports', { result: 'skipped' });
  }

  private compare(
    { annotations, decision, decisionMs, product, channel }: DecidedReport,
    { now, random }: ReportChance,
  ): void {
    const startedAt = performance.now();
    const draft = this.draft.evaluate(annotations, {
      now,
      random,
      onRuleError: (rule) => {
        this.tally.addError(rule);
        this.metrics.increment('antenna.throttle.shadow_errors');
      },
    });
    const draftMs = performance.now() - startedAt;
    this.time.spend(draftMs);
    this.tally.add({
      live: decision.verdict,
      draft: draft.verdict,
      rule: draft.rule,
      product,
      channel,
      liveMs: decisionMs,
      draftMs,
    });
    const result = draft.verdict === decision.verdict ? 'same' : 'changed';
    this.metrics.increment('antenna.throttle.shadow_reports', { result });
  }
}
