import {
  AggregationTemporality,
  type AggregationTemporalitySelector,
  InstrumentType,
  MetricReader,
} from '@opentelemetry/sdk-metrics';

/**
 * Gauges report only the current reading; other instruments use the given selector, which accumulates from the start
 * of the process. With its default, OpenTelemetry's SDK would keep reporting every attribute set that a gauge ever
 * had: the revision of a ruleset that is no longer in use, the last known depth of a queue that does not answer.
 */
export function gaugesAsTheyAre(
  others: AggregationTemporalitySelector = () => AggregationTemporality.CUMULATIVE,
): AggregationTemporalitySelector {
  return (type) =>
    type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : others(type);
}

/** Collects metrics only when its `collect` is called. */
export class OnDemandReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: gaugesAsTheyAre() });
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
