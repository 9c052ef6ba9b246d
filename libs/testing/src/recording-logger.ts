import type { LogFields, Logger } from '#antenna/telemetry';

export interface RecordedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** The fields of the call, which override those of the logger and its parents. */
  readonly fields: LogFields;
}

/** A logger that records its lines and those of its children for tests. */
export class RecordingLogger implements Logger {
  constructor(
    readonly lines: RecordedLine[] = [],
    private readonly inherited: LogFields = {},
  ) {}

  debug(message: string, fields?: LogFields): void {
    this.record('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.record('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.record('warn', message, fields);
  }

  error(message: string, fields?: LogFields & { error?: unknown }): void {
    this.record('error', message, fields);
  }

  child(fields: LogFields): Logger {
    return new RecordingLogger(this.lines, { ...this.inherited, ...fields });
  }

  /** Only the messages, in order. */
  get messages(): string[] {
    return this.lines.map(({ message }) => message);
  }

  private record(level: RecordedLine['level'], message: string, fields: LogFields = {}): void {
    this.lines.push({ level, message, fields: { ...this.inherited, ...fields } });
  }
}

export function recordingLogger(): RecordingLogger {
  return new RecordingLogger();
}

/** A logger that writes nothing. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
