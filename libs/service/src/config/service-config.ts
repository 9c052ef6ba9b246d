import type { LogLevel } from '#antenna/telemetry';
import { logLevels } from '#antenna/telemetry';
import { Choice, Duration, Port } from './formats.js';
import { Setting } from './setting.js';

export const logFormats = ['auto', 'json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

/** What every service can be told; each service's own configuration extends it. */
export class ServiceConfig {
  @Setting({ env: 'HOST', doc: 'Address to listen on.' })
  host = '0.0.0.0';

  @Setting({ env: 'PORT', doc: 'Port to listen on; 0 takes any free one.' })
  @Port()
  port = 8000;

  @Setting({ env: 'LOG_LEVEL', doc: 'The least severe log lines that are written.' })
  @Choice(logLevels)
  logLevel: LogLevel = 'info';

  @Setting({
    env: 'LOG_FORMAT',
    doc: 'Log lines as mozlog JSON or readable; auto is readable on a terminal only.',
  })
  @Choice(logFormats)
  logFormat: LogFormat = 'auto';

  /** Milliseconds. */
  @Setting({
    env: 'SHUTDOWN_GRACE',
    doc: 'How long a stopping service may take to finish its work; keep it below the platform’s own limit.',
  })
  @Duration({ min: '1s', max: '1h' })
  shutdownGrace = 25_000;

  @Setting({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    doc: 'Where traces and metrics are sent by OTLP; unset: nowhere. The other OTEL_ variables of OpenTelemetry apply, too.',
  })
  otlpEndpoint: string | undefined;

  @Setting({ env: 'STATSD_HOST', doc: 'Where metrics are sent as statsd; unset: nowhere.' })
  statsdHost: string | undefined;

  @Setting({ env: 'STATSD_PORT', doc: 'UDP port of statsd.' })
  @Port()
  statsdPort = 8125;

  @Setting({ env: 'STATSD_NAMESPACE', doc: 'Put before the name of each statsd metric.' })
  statsdNamespace: string | undefined;

  @Setting({
    env: 'SENTRY_DSN',
    doc: 'Where errors of ours are reported, without anything of a report; unset: nowhere.',
    secret: true,
  })
  sentryDsn: string | undefined;

  @Setting({ env: 'SENTRY_ENVIRONMENT', doc: 'The environment that Sentry files errors under.' })
  sentryEnvironment: string | undefined;

  @Setting({
    env: 'BROKEN_TOKEN',
    doc: 'Bearer token for `/__broken__`, which fails on purpose; unset: there is no such page.',
    secret: true,
  })
  brokenToken: string | undefined;
}
