import {
  AggregationTemporality,
  type AggregationTemporalitySelector,
  InstrumentType,
  MetricReader,
} from '@opentelemetry/sdk-metrics';

/**
 * Gauges are what they were read as; for the others the given selector stands, which adds up from the start of the
 * process. OpenTelemetry's SDK would go on reporting every attribute that a gauge ever had: the revision of a ruleset
 * that is no longer in use, the last known depth of a queue that does not answer.
 */
export function gaugesAsTheyAre(
  others: AggregationTemporalitySelector = () => AggregationTemporality.CUMULATIVE,
): AggregationTemporalitySelector {
  return (type) =>
    type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : others(type);
}

/** Collects metrics only when asked. */
export class OnDemandReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: gaugesAsTheyAre() });
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
