import type { Metrics } from '#antenna/telemetry';

import type { CurrentRuleset } from './current-ruleset.js';

/** What the metrics show of a ruleset. */
interface Observed {
  readonly holder: CurrentRuleset;
  readonly sourceReachedAt: Date | undefined;
}

/** The gauges of the ruleset: which revision is live, whether it is the author's, and whether the source answers. */
export class RulesetMetrics {
  private readonly ends: (() => void)[] = [];
  private endRevision: (() => void) | undefined;
  private readonly startedAt = Date.now();

  constructor(
    private readonly metrics: Metrics,
    private readonly observed: Observed,
  ) {}

  begin(): void {
    const { metrics, observed } = this;
    this.revisionChanged();
    this.ends.push(
      metrics.observe('antenna.throttle_config.refused', () => (observed.holder.refusal ? 1 : 0)),
      metrics.observe('antenna.throttle_config.fallback', () =>
        observed.holder.live.origin === 'source' ? 0 : 1,
      ),
      metrics.observe('antenna.throttle_config.source_age', () => {
        const since = observed.sourceReachedAt?.getTime() ?? this.startedAt;
        return (Date.now() - since) / 1000;
      }),
    );
  }

  /** The revision is an attribute: the old reading ends before the new one begins. */
  revisionChanged(): void {
    this.endRevision?.();
    const { revision } = this.observed.holder.live;
    this.endRevision = this.metrics.observe('antenna.ruleset.info', () => 1, { revision });
  }

  end(): void {
    this.endRevision?.();
    for (const end of this.ends) end();
  }
}
