import type { Metrics } from '#antenna/telemetry';

import type { CurrentRuleset } from './current-ruleset.js';

/** The gauges of the ruleset: its revision, its origin, whether an edit was refused, and whether the source answers. */
export class RulesetMetrics {
  private readonly stops: (() => void)[] = [];
  private stopRevision: (() => void) | undefined;

  constructor(
    private readonly metrics: Metrics,
    private readonly current: CurrentRuleset,
  ) {}

  /** @param sourceReachedAt when the source answered last; undefined if it never has */
  start(sourceReachedAt: () => Date | undefined): void {
    const { metrics, current } = this;
    const startedAt = Date.now();
    this.revisionChanged();
    this.stops.push(
      metrics.observe('antenna.throttle_config.refused', () => (current.refusal ? 1 : 0)),
      metrics.observe('antenna.throttle_config.fallback', () =>
        current.live.origin === 'source' ? 0 : 1,
      ),
      metrics.observe('antenna.throttle_config.source_age', () => {
        const since = sourceReachedAt()?.getTime() ?? startedAt;
        return (Date.now() - since) / 1000;
      }),
    );
  }

  /** The revision is an attribute of the metric: the old time series must end before the new one starts. */
  revisionChanged(): void {
    this.stopRevision?.();
    const { revision } = this.current.live;
    this.stopRevision = this.metrics.observe('antenna.ruleset.info', () => 1, { revision });
  }

  stop(): void {
    this.stopRevision?.();
    for (const stop of this.stops) stop();
  }
}
