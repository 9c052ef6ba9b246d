/**
 * Reports internal errors to Sentry. An event is built only from data known to be harmless: the types of the error
 * and its causes, their messages without quoted parts, and stack frames without source code and variables. All
 * integrations are off, so requests, breadcrumbs and addresses are not recorded, and OpenTelemetry is unaffected.
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

/** What the process was doing when the error occurred. */
export type ErrorOccasion = 'start-up' | 'unhandled' | 'request';

export interface ErrorReporter {
  report(error: unknown, occasion: ErrorOccasion): void;
  /** Waits until all reported errors are sent, at most this long. */
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

/** The part of an event that may leave the process. */
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

/** The location of a frame in our code, without its source line and variables. */
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

/** Parser errors quote the input that they could not read, and addresses identify the sender. */
function unquoted(message: string): string {
  return message
    .slice(0, 1000)
    .replaceAll(/"(?:[^"\\]|\\.)*"?/gs, '"…"')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '…')
    .replaceAll(/\b(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}\b/gi, '…');
}
