import { type Logger, type Telemetry, startTelemetry } from '#antenna/telemetry';
import { type Environment, processEnvironment } from './config/load-config.js';
import type { ServiceConfig } from './config/service-config.js';
import { readVersion } from './dockerflow/version.js';

/** The metrics, traces and error reports that a service's configuration asks for. To be called before all else. */
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
