import { DiagLogLevel, diag } from '@opentelemetry/api';
import { errorMessage } from '#antenna/errors';
import type { Logger } from './logger.js';

/** A collector that is down fails every few seconds: the log tells of it this often. */
const quietMs = 60_000;

const silent = (): void => undefined;

/** Has what OpenTelemetry complains of in our log, each complaint at most once a minute. */
export function logDiagnostics(logger: Logger, now: () => number = Date.now): void {
  const told = new Map<string, number>();
  const tell = (message: string, ...details: unknown[]): void => {
    const last = told.get(message);
    if (last !== undefined && now() - last < quietMs) return;
    if (told.size > 100) told.clear();
    told.set(message, now());
    const reason = details.length > 0 ? errorMessage(details[0]) : undefined;
    logger.warn('telemetry: exporting has a problem', { problem: message, reason });
  };
  const to = { error: tell, warn: tell, info: silent, debug: silent, verbose: silent };
  diag.setLogger(to, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
