import { hostname } from 'node:os';
import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import pino from 'pino';
import { isError } from '#antenna/errors';
import { type LogFields, writtenFields } from './log-fields.js';
import {
  type LogDestination,
  jsonDestination,
  prettyDestination,
  withCopy,
} from './log-destination.js';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The log of a service, and its own injection token. Writing never throws and never waits for the reader.
 */
export abstract class Logger {
  abstract debug(message: string, fields?: LogFields): void;
  abstract info(message: string, fields?: LogFields): void;
  abstract warn(message: string, fields?: LogFields): void;
  /** Writes `fields.error` with its stack; the other levels write its message, code and type only. */
  abstract error(message: string, fields?: LogFields & { error?: unknown }): void;
  /** Returns a logger that adds these fields to each of its lines. */
  abstract child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** The service, as it appears in `Type`: `antenna.<name>`. */
  readonly name: string;
  readonly level: LogLevel;
  /** `json`: mozlog 2.0, one line per event; `pretty`: human-readable, for a terminal. */
  readonly format: 'json' | 'pretty';
  /** Default: the process's standard output, written synchronously so that nothing is lost at exit. */
  readonly destination?: LogDestination;
  /** Also gets each line, as JSON in either format. Its `write` must not throw. */
  readonly copy?: LogDestination | undefined;
  readonly now?: () => Date;
}

/** Severities of syslog (RFC 5424), which mozlog uses. */
const severities: Readonly<Record<LogLevel, number>> = { debug: 7, info: 6, warn: 4, error: 3 };

/**
 * A logger on pino. The JSON form is mozlog 2.0
 * (https://wiki.mozilla.org/Firefox/Services/Logging): a fixed envelope whose `Fields` hold the message and our fields.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { name, level, format, now = () => new Date() } = options;
  const host = hostname();
  const out =
    format === 'json'
      ? jsonDestination(options.destination)
      : prettyDestination(options.destination);
  const lines = pino(
    {
      level,
      base: {
        Type: `antenna.${name}`,
        Logger: 'antenna',
        Hostname: host,
        EnvVersion: '2.0',
        Pid: process.pid,
      },
      nestedKey: 'Fields',
      // Nanoseconds are written as a string of digits because they exceed the precision of a double.
      timestamp: () => `,"Timestamp":${now().getTime()}000000`,
      formatters: { level: (label) => ({ Severity: severities[label as LogLevel] }) },
    },
    options.copy ? withCopy(out, options.copy) : out,
  );
  return new PinoLogger(lines, { host_id: host });
}

class PinoLogger implements Logger {
  constructor(
    private readonly lines: pino.Logger,
    private readonly bound: LogFields,
  ) {}

  debug(message: string, fields?: LogFields): void {
    this.write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.write('warn', message, fields);
  }

  error(message: string, fields?: LogFields & { error?: unknown }): void {
    this.write('error', message, fields);
  }

  child(fields: LogFields): Logger {
    return new PinoLogger(this.lines, { ...this.bound, ...fields });
  }

  private write(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (!this.lines.isLevelEnabled(level)) return;
    const stack = level === 'error' ? 'with-stack' : 'without-stack';
    try {
      const written = writtenFields({ ...this.bound, ...fields }, stack);
      this.lines[level]({ ...spanFields(), ...written, message });
    } catch (error) {
      // A field that cannot be read (a getter that throws) must not stop the work being logged.
      const reason = isError(error) ? error.message : 'unknown';
      this.lines[level]({ message, log_problem: `the fields could not be written: ${reason}` });
    }
  }
}

function spanFields(): LogFields {
  const span = trace.getSpanContext(context.active());
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
