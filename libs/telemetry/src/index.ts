export type { ErrorOccasion } from './error-reporting.js';
export { type InstrumentDefinition, open } from './instrument.js';
export { instruments } from './instruments.js';
export { type LogDestination } from './log-destination.js';
export type { LogFields } from './log-fields.js';
export { type LogLevel, Logger, type LoggerOptions, createLogger, logLevels } from './logger.js';
export type { CounterName, GaugeName, HistogramName, InstrumentName } from './instrument-names.js';
export {
  Metrics,
  type MetricSink,
  type MetricsOptions,
  type OpenAttribute,
  UnlistedMetricError,
} from './metrics.js';
export { type MetricReading, type MetricsForTests, metricsForTests } from './metrics-for-tests.js';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './start-telemetry.js';
export type { StatsdOptions } from './statsd.js';
export { carrierOf, contextFrom, type TraceCarrier } from './tracing/carrier.js';
export {
  openSendSpan,
  processSpanStart,
  recordReceive,
  type SendSpan,
  type TracedMessage,
  type TracedQueue,
} from './tracing/message-spans.js';
export {
  forCrash,
  inSpan,
  markFailed,
  openSpan,
  type OpenSpan,
  type SpanStart,
} from './tracing/spans.js';
