export type { ErrorOccasion } from './error-reporting.js';
export { type InstrumentDefinition } from './instrument.js';
export { instruments } from './instruments.js';
export type { LogFields } from './log-fields.js';
export type { LogDestination } from './log-destination.js';
export { type LogLevel, Logger, createLogger, logLevels } from './logger.js';
export type {
  CounterName,
  GaugeName,
  HistogramName,
  InstrumentName,
  MetricAttributes,
} from './instrument-names.js';
export { Metrics } from './metrics.js';
export {
  type MetricsForTests,
  metricsForTests,
  recordEveryInstrument,
} from './metrics-for-tests.js';
export { prometheusName } from './prometheus-name.js';
export { startTelemetry, type Telemetry } from './start-telemetry.js';
export { carrierOf, contextFrom, type TraceCarrier } from './tracing/carrier.js';
export {
  crashSpanStart,
  openSendSpan,
  processSpanStart,
  recordReceive,
} from './tracing/message-spans.js';
export { forCrash, inSpan, markFailed, openSpan, type OpenSpan } from './tracing/spans.js';
