import { DiagLogLevel, diag } from '@opentelemetry/api';
import { errorMessage } from '#antenna/errors';
import type { Logger } from './logger.js';

/** Minimum time between two log lines for the same problem: a collector that is down fails every few seconds. */
const quietMs = 60_000;

const silent = (): void => undefined;

/** Logs the problems that OpenTelemetry reports, each at most once a minute. */
export function logDiagnostics(logger: Logger, now: () => number = Date.now): void {
  const loggedAt = new Map<string, number>();
  const log = (message: string, ...details: unknown[]): void => {
    const last = loggedAt.get(message);
    if (last !== undefined && now() - last < quietMs) return;
    if (loggedAt.size > 100) loggedAt.clear();
    loggedAt.set(message, now());
    const reason = details.length > 0 ? errorMessage(details[0]) : undefined;
    logger.warn('telemetry export reported a problem', { problem: message, reason });
  };
  const to = { error: log, warn: log, info: silent, debug: silent, verbose: silent };
  diag.setLogger(to, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
