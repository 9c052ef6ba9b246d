/**
 * Errors of ours to Sentry. An event is built up from what is known to be harmless: the types of the error and of
 * its causes, their messages without what they quote, and stack frames without source and variables. There are
 * no integrations, so nothing records requests, breadcrumbs or addresses in the first place, and OpenTelemetry is
 * left alone.
 */
import {
  type ErrorEvent,
  type StackFrame,
  captureException,
  flush,
  init,
  linkedErrorsIntegration,
} from '@sentry/node';

export interface SentryOptions {
  readonly dsn: string;
  readonly environment?: string | undefined;
  readonly service: string;
  readonly version: string;
}

/** Where in its life the process was hit. */
export type ErrorOccasion = 'start-up' | 'unhandled' | 'request';

export interface ErrorReporter {
  report(error: unknown, occasion: ErrorOccasion): void;
  /** Waits for what has been reported to be sent, up to this long. */
  flush(timeoutMs: number): Promise<void>;
}

export function startErrorReporting(options: SentryOptions): ErrorReporter {
  init({
    dsn: options.dsn,
    release: `antenna@${options.version}`,
    ...(options.environment !== undefined && { environment: options.environment }),
    enableOpenTelemetrySetup: false,
    defaultIntegrations: false,
    integrations: [linkedErrorsIntegration()],
    maxBreadcrumbs: 0,
    sendClientReports: false,
    beforeSend: harmless,
  });
  return {
    report: (error, occasion) => {
      captureException(error, { tags: { service: options.service, occasion } });
    },
    flush: async (timeoutMs) => {
      await flush(timeoutMs);
    },
  };
}

/** What of an event may leave the process. */
export function harmless(event: ErrorEvent): ErrorEvent {
  const { event_id, timestamp, platform, level, release, environment, server_name, tags } = event;
  const exceptions = event.exception?.values?.map(({ type, value, mechanism, stacktrace }) => ({
    ...(type !== undefined && { type }),
    ...(value !== undefined && { value: unquoted(value) }),
    ...(mechanism && { mechanism: { type: mechanism.type, handled: mechanism.handled ?? true } }),
    ...(stacktrace && {
      stacktrace: {
        frames: (stacktrace.frames ?? []).map((frame) => harmlessFrame(frame)),
      },
    }),
  }));
  return {
    type: undefined,
    ...(event_id !== undefined && { event_id }),
    ...(timestamp !== undefined && { timestamp }),
    ...(platform !== undefined && { platform }),
    ...(level !== undefined && { level }),
    ...(release !== undefined && { release }),
    ...(environment !== undefined && { environment }),
    ...(server_name !== undefined && { server_name }),
    ...(tags && { tags }),
    exception: { values: exceptions ?? [] },
  };
}

/** Where a line of ours is; not its source, and not its variables. */
function harmlessFrame({
  filename,
  function: name,
  lineno,
  colno,
  in_app,
}: StackFrame): StackFrame {
  return {
    ...(filename !== undefined && { filename }),
    ...(name !== undefined && { function: name }),
    ...(lineno !== undefined && { lineno }),
    ...(colno !== undefined && { colno }),
    ...(in_app !== undefined && { in_app }),
  };
}

/** An error of a parser quotes what it could not read, and an address says who sent it. */
function unquoted(message: string): string {
  return message
    .slice(0, 1000)
    .replaceAll(/"(?:[^"\\]|\\.)*"?/gs, '"…"')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '…')
    .replaceAll(/\b(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}\b/gi, '…');
}
