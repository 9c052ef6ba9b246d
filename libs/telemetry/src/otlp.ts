/** OpenTelemetry's SDK, configured by the standard OTEL_* variables. Loaded only if an endpoint is configured. */
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { gaugesAsTheyAre } from './gauge-temporality.js';

/** The process's environment; the SDK reads its own variables from it, too. */
export type OtelEnvironment = Readonly<Record<string, string | undefined>>;

/** Starts tracing into a bounded queue that is exported in the background; spans that do not fit are dropped. */
export function startTracing(
  service: string,
  version: string,
  env: OtelEnvironment,
): { shutdown(): Promise<void> } {
  const named = env['OTEL_SERVICE_NAME'] ?? env['OTEL_RESOURCE_ATTRIBUTES'];
  const sdk = new NodeSDK({
    ...(named?.includes(ATTR_SERVICE_NAME) !== true &&
      env['OTEL_SERVICE_NAME'] === undefined && { serviceName: service }),
    resource: defaultResource().merge(resourceFromAttributes({ [ATTR_SERVICE_VERSION]: version })),
    instrumentations: [],
    // We create the meter provider, and OTLP is only one of its readers; logs are lines on standard output.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return { shutdown: async () => await sdk.shutdown() };
}

/** Sends metrics every OTEL_METRIC_EXPORT_INTERVAL milliseconds, by default every minute. */
export async function otlpMetricReader(env: OtelEnvironment): Promise<MetricReader> {
  const exportIntervalMillis = Number(env['OTEL_METRIC_EXPORT_INTERVAL'] ?? 60_000);
  const wanted = Number(env['OTEL_METRIC_EXPORT_TIMEOUT'] ?? 30_000);
  const exporter = await otlpMetricExporter(env);
  exporter.selectAggregationTemporality = gaugesAsTheyAre(
    exporter.selectAggregationTemporality.bind(exporter),
  );
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(wanted, exportIntervalMillis),
  });
}

async function otlpMetricExporter(env: OtelEnvironment) {
  const own = env['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL'];
  const protocol: string = own ?? env['OTEL_EXPORTER_OTLP_PROTOCOL'] ?? 'http/protobuf';
  switch (protocol) {
    case 'grpc': {
      const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-grpc');
      return new OTLPMetricExporter();
    }
    case 'http/json': {
      const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
      return new OTLPMetricExporter();
    }
    default: {
      const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto');
      return new OTLPMetricExporter();
    }
  }
}
