import {
  AggregationTemporality,
  type AggregationTemporalitySelector,
  InstrumentType,
} from '@opentelemetry/sdk-metrics';

/**
 * Everything adds up from the start of the process, but gauges, which are what they were read as. OpenTelemetry's
 * SDK would go on reporting every attribute that a gauge ever had: the revision of a ruleset that is no longer in
 * use, the last known depth of a queue that does not answer.
 */
export const gaugesAsTheyAre: AggregationTemporalitySelector = (type) =>
  type === InstrumentType.OBSERVABLE_GAUGE
    ? AggregationTemporality.DELTA
    : AggregationTemporality.CUMULATIVE;
