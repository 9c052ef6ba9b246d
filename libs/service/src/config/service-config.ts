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
}
