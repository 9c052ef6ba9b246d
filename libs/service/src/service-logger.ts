import { type Logger, createLogger } from '#antenna/telemetry';
import type { ServiceConfig } from './config/service-config.js';

/** The logger that a service's configuration asks for, on standard output. */
export function createServiceLogger(
  name: string,
  config: Pick<ServiceConfig, 'logLevel' | 'logFormat'>,
): Logger {
  const automatic = process.stdout.isTTY ? 'pretty' : 'json';
  const format = config.logFormat === 'auto' ? automatic : config.logFormat;
  return createLogger({ name, level: config.logLevel, format });
}
