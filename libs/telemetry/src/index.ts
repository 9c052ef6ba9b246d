export { isError } from './is-error.js';
export { type InstrumentDefinition, open } from './instrument.js';
export { instruments } from './instruments.js';
export { type LogDestination } from './log-destination.js';
export { type LogFields, errorMessage } from './log-fields.js';
export {
  type LogLevel,
  type Logger,
  type LoggerOptions,
  createLogger,
  logLevels,
} from './logger.js';
export {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type InstrumentName,
  Metrics,
  type MetricsOptions,
  UnlistedMetricError,
} from './metrics.js';
export { type MetricReading, type MetricsForTests, metricsForTests } from './metrics-for-tests.js';
