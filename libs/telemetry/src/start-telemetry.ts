/**
 * Metrics, traces and error reports of a process, from start to exit. Metrics are always recorded, for `/metrics`;
 * OpenTelemetry's exporters, statsd and Sentry are loaded only if they are configured.
 */
import { hostname } from 'node:os';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { MeterProvider, type IMetricReader } from '@opentelemetry/sdk-metrics';
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';
import { within } from '#antenna/time';
import { closedSeries } from './counter-series.js';
import { logDiagnostics } from './diagnostics.js';
import type { ErrorOccasion, ErrorReporter } from './error-reporting.js';
import type { Logger } from './logger.js';
import { type MetricSink, Metrics } from './metrics.js';
import { OnDemandReader } from './gauge-temporality.js';
import type { OtelEnvironment } from './otlp.js';
import { observeProcess } from './process-gauges.js';
import { namedForPrometheus } from './prometheus-name.js';
import type { Statsd, StatsdOptions } from './statsd.js';

export interface TelemetryOptions {
  /** The service's name in traces, metrics and error reports, unless OTEL_SERVICE_NAME overrides it. */
  readonly service: string;
  readonly version: string;
  readonly logger: Logger;
  readonly env: OtelEnvironment;
  readonly statsd?: StatsdOptions;
  readonly sentry?: { readonly dsn: string; readonly environment?: string | undefined };
}

export interface Telemetry {
  /** The metrics of a service in this process. `/metrics` of every service shows the metrics of the whole process. */
  metrics(logger: Logger): Metrics;
  /** Reports an error to Sentry if a DSN is set. Never throws and never waits. */
  readonly reportError: (error: unknown, occasion: ErrorOccasion) => void;
  /** Sends pending data, within two seconds at most. Never throws. */
  shutdown(): Promise<void>;
}

/** For the last export: a collector that is down must not delay the exit. */
const shutdownMs = 2000;

/** Call this before the service is built, so that everything it records is exported. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { env, logger } = options;
  const errors = await startErrors(options);
  const [traces, metrics] = [exports('TRACES', env), exports('METRICS', env)];
  const otlp = traces || metrics ? await import('./otlp.js') : undefined;
  if (otlp) logDiagnostics(logger);
  const tracing = traces ? otlp?.startTracing(options.service, options.version, env) : undefined;
  const statsd = await startStatsd(options);
  const page = new OnDemandReader();
  const readers: IMetricReader[] = [page];
  if (otlp && metrics) readers.push(await otlp.otlpMetricReader(env));
  if (statsd) readers.push(statsd.gauges);
  const provider = new MeterProvider({ readers, resource: resourceOf(options) });
  const serializer = new PrometheusSerializer('', false, undefined, false, true);
  const expose = async (): Promise<string> =>
    serializer.serialize(namedForPrometheus((await page.collect()).resourceMetrics));
  const sinks: MetricSink[] = statsd ? [statsd.sink] : [];
  const meter = provider.getMeter('antenna');
  const own = new Metrics({ meter, logger });
  own.startAtZero(closedSeries(options.service));
  const endGauges = observeProcess(own);
  return {
    metrics: (log) => new Metrics({ meter, logger: log, sinks, expose }),
    reportError: (error, occasion) => errors?.report(error, occasion),
    shutdown: async () => {
      endGauges();
      const ends = [provider, tracing].map(async (part) => await part?.shutdown());
      await within(shutdownMs, Promise.allSettled([...ends, flushed(errors)]));
      if (statsd) await within(shutdownMs, statsd.close());
    },
  };
}

function exports(signal: 'TRACES' | 'METRICS', env: OtelEnvironment): boolean {
  const names = ['OTEL_EXPORTER_OTLP_ENDPOINT', `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  if (env['OTEL_SDK_DISABLED'] === 'true' || env[`OTEL_${signal}_EXPORTER`] === 'none')
    return false;
  return names.some((name) => (env[name] ?? '') !== '');
}

/** Where metrics come from: without the pod, a collector would mix the series of all pods of a service. */
function resourceOf({ service, version, env }: TelemetryOptions) {
  const { pid } = process;
  return defaultResource()
    .merge(
      resourceFromAttributes({
        // Several processes of a host can share a port; in a container, the process is number 1.
        [ATTR_SERVICE_INSTANCE_ID]: pid === 1 ? hostname() : `${hostname()}-${pid}`,
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(
      resourceFromAttributes({
        [ATTR_SERVICE_NAME]: env['OTEL_SERVICE_NAME'] ?? service,
        [ATTR_SERVICE_VERSION]: version,
      }),
    );
}

async function startStatsd({ statsd, logger }: TelemetryOptions): Promise<Statsd | undefined> {
  if (!statsd) return undefined;
  const { openStatsd } = await import('./statsd.js');
  return openStatsd(statsd, logger);
}

async function startErrors(options: TelemetryOptions): Promise<ErrorReporter | undefined> {
  const { sentry, service, version } = options;
  if (!sentry) return undefined;
  const { startErrorReporting } = await import('./error-reporting.js');
  return startErrorReporting({ ...sentry, service, version });
}

async function flushed(errors: ErrorReporter | undefined): Promise<void> {
  await errors?.flush(shutdownMs);
}
