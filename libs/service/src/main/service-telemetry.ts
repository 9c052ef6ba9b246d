import {
  type LogDestination,
  type Logger,
  type Telemetry,
  createLogger,
  startTelemetry,
} from '#antenna/telemetry';
import { type Environment, processEnvironment } from '../config/load-config.js';
import type { ServiceConfig } from '../config/service-config.js';
import { readVersion } from '#antenna/version';

/**
 * Creates the logger for a service's configuration, on standard output.
 * @param copy also gets each line, as JSON
 */
export function createServiceLogger(
  name: string,
  config: Pick<ServiceConfig, 'logLevel' | 'logFormat'>,
  copy?: LogDestination,
): Logger {
  const automatic = process.stdout.isTTY ? 'pretty' : 'json';
  const format = config.logFormat === 'auto' ? automatic : config.logFormat;
  return createLogger({ name, level: config.logLevel, format, copy });
}

/** Starts the metrics, traces and error reports for a service's configuration. Call it before anything else. */
export async function startServiceTelemetry(
  name: string,
  config: ServiceConfig,
  logger: Logger,
  env: Environment = processEnvironment(),
): Promise<Telemetry> {
  const { statsdHost, sentryDsn, sentryEnvironment } = config;
  const { version } = readVersion();
  return await startTelemetry({
    service: `antenna-${name}`,
    version,
    logger,
    env,
    ...(statsdHost !== undefined && {
      statsd: { host: statsdHost, port: config.statsdPort, namespace: config.statsdNamespace },
    }),
    ...(sentryDsn !== undefined && {
      sentry: { dsn: sentryDsn, environment: sentryEnvironment },
    }),
  });
}
