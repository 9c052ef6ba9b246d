import type { LogLevel } from '#antenna/telemetry';
import { logLevels } from '#antenna/telemetry';
import { Choice, Duration, Port } from './formats.js';
import { Setting } from './setting.js';

const logFormats = ['auto', 'json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

/** The settings of every service; the configuration of each service extends them. */
export class ServiceConfig {
  @Setting({
    env: 'HOST',
    doc: 'Address to listen on. `::` is all addresses, IPv6 and IPv4; without IPv6, all of IPv4.',
  })
  host = '::';

  @Setting({ env: 'PORT', doc: 'Port to listen on; 0 selects any free port.' })
  @Port()
  port = 8000;

  /** The variable for the port, for errors: a process with several services has one for each. */
  portSetting = 'PORT';

  @Setting({ env: 'LOG_LEVEL', doc: 'Least severe level of log lines to write.' })
  @Choice(logLevels)
  logLevel: LogLevel = 'info';

  @Setting({
    env: 'LOG_FORMAT',
    doc: 'Format of log lines: json is mozlog JSON, pretty is readable, auto is pretty on a terminal and json elsewhere.',
  })
  @Choice(logFormats)
  logFormat: LogFormat = 'auto';

  /** Milliseconds. */
  @Setting({
    env: 'SHUTDOWN_GRACE',
    doc: 'Time that a stopping service has to finish its work; keep it below the platform’s own limit.',
  })
  @Duration({ min: '1s', max: '1h' })
  shutdownGrace = 25_000;

  @Setting({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    doc: 'OTLP endpoint for traces and metrics; the other OTEL_ variables of OpenTelemetry apply, too. Default: off.',
  })
  otlpEndpoint: string | undefined;

  @Setting({ env: 'STATSD_HOST', doc: 'Host to send metrics to as statsd. Default: off.' })
  statsdHost: string | undefined;

  @Setting({ env: 'STATSD_PORT', doc: 'UDP port of statsd.' })
  @Port()
  statsdPort = 8125;

  @Setting({ env: 'STATSD_NAMESPACE', doc: 'Prefix of the name of each statsd metric.' })
  statsdNamespace: string | undefined;

  @Setting({
    env: 'SENTRY_DSN',
    doc: 'Sentry DSN for internal errors; no crash data is sent. Default: off.',
    secret: true,
  })
  sentryDsn: string | undefined;

  @Setting({ env: 'SENTRY_ENVIRONMENT', doc: 'Environment that errors have in Sentry.' })
  sentryEnvironment: string | undefined;

  @Setting({
    env: 'BROKEN_TOKEN',
    doc: 'Bearer token for `/__broken__`, which fails on purpose to test error reporting. Default: off.',
    secret: true,
  })
  brokenToken: string | undefined;
}
