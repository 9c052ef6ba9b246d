import { errorMessage, isError } from '#antenna/errors';
import { type ErrorOccasion, type Logger, type Telemetry, createLogger } from '#antenna/telemetry';
import { formatDuration } from '../config/quantities.js';
import { StartupError } from '../startup-error.js';

/** A started program, or a part of one. */
export interface Closable {
  close(): Promise<void>;
}

/** The settings that `runMain` needs from a program's configuration. */
interface MainSettings {
  readonly logger: Logger;
  /** Time limit for closing, in milliseconds. */
  readonly shutdownGrace: number;
  /** Receives errors, and is flushed before the process ends. */
  readonly telemetry?: Pick<Telemetry, 'reportError' | 'shutdown'>;
}

/** The context that a program's start receives. */
export interface MainContext {
  /** Aborted at the first stop signal, so that a slow start can give up. */
  readonly signal: AbortSignal;
  /** Ends the program as a stop signal does, when its work is done. */
  readonly stop: () => void;
  /** Sets the exit code of a clean close. */
  readonly exitWith: (code: number) => void;
  /** Sets the logger and grace period, as soon as the configuration is read. */
  use(settings: MainSettings): void;
}

/** The parts of `process` that the runner uses; specs pass their own. */
export interface MainProcess {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  exit(code: number): void;
  writeError(string: string): unknown;
}

const realProcess: MainProcess = {
  on: (event, listener) => process.on(event, listener),
  exit: (code) => process.exit(code),
  writeError: (string) => process.stderr.write(string),
};

const stopSignals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Runs a program until a stop signal (SIGTERM, SIGINT) or a fault ends it, and exits:
 * 0 after a clean close, or another code that the program set; 1 when it could not start, had an unhandled error, was still closing at the end of the grace
 * period, or got a second signal. A mistake of the operator is a plain message on stderr; only an internal error is
 * logged, with its stack.
 */
export async function runMain(
  name: string,
  start: (context: MainContext) => Promise<Closable>,
  host: MainProcess = realProcess,
): Promise<void> {
  await new MainRun(name, host).run(start);
}

class MainRun {
  private readonly stop = new AbortController();
  private settings: MainSettings;
  private starting: Promise<Closable> | undefined;
  private exitCode = 0;
  private overdue: NodeJS.Timeout | undefined;
  private exited = false;

  constructor(
    private readonly name: string,
    private readonly host: MainProcess,
  ) {
    const logger = createLogger({ name, level: 'info', format: 'json' });
    this.settings = { logger, shutdownGrace: 25_000 };
  }

  async run(start: (context: MainContext) => Promise<Closable>): Promise<void> {
    for (const signal of stopSignals) this.host.on(signal, () => this.onSignal(signal));
    this.host.on('uncaughtException', (error) => this.onFault('uncaught exception', error));
    this.host.on('unhandledRejection', (error) => this.onFault('unhandled rejection', error));
    this.starting = start({
      signal: this.stop.signal,
      stop: () => void this.shutDown(),
      exitWith: (code) => {
        this.exitCode = code;
      },
      use: (settings) => {
        this.settings = settings;
      },
    });
    try {
      await this.starting;
    } catch (error) {
      // The shutdown reports a start that a stop signal interrupted.
      if (this.stop.signal.aborted) return;
      this.reportFailedStart(error);
      this.report(error, 'start-up');
      await this.flushAndExit(1);
    }
  }

  private onSignal(signal: string): void {
    if (this.stop.signal.aborted) {
      this.settings.logger.warn(`${signal} again: stopping at once`);
      this.exit(1);
      return;
    }
    this.settings.logger.info(`${signal}: shutting down`);
    void this.shutDown();
  }

  private onFault(message: string, error: unknown): void {
    this.settings.logger.error(message, { error });
    this.report(error, 'unhandled');
    this.exitCode = 1;
    void this.shutDown();
  }

  private async shutDown(): Promise<void> {
    if (this.stop.signal.aborted) return;
    this.stop.abort();
    const { shutdownGrace, logger } = this.settings;
    this.overdue = setTimeout(() => {
      logger.error(`still busy after ${formatDuration(shutdownGrace)}: stopping with work undone`);
      this.exit(1);
    }, shutdownGrace);
    try {
      const running = await this.starting;
      await running?.close();
      logger.info('stopped');
      await this.flushAndExit(this.exitCode);
    } catch (error) {
      logger.error('could not stop cleanly', { error });
      await this.flushAndExit(1);
    }
  }

  private reportFailedStart(error: unknown): void {
    const problem = startupProblem(error);
    if (problem === undefined) this.settings.logger.error(`${this.name} cannot start`, { error });
    else this.host.writeError(`${this.name} cannot start: ${problem}\n`);
  }

  private report(error: unknown, occasion: ErrorOccasion): void {
    this.settings.telemetry?.reportError(error, occasion);
  }

  private async flushAndExit(code: number): Promise<void> {
    await this.settings.telemetry?.shutdown();
    this.exit(code);
  }

  private exit(code: number): void {
    if (this.exited) return;
    this.exited = true;
    clearTimeout(this.overdue);
    this.host.exit(code);
  }
}

/**
 * The message for the operator about an error that prevented a start; undefined for an internal error. Operators can
 * fix a {@link StartupError}, a failed system call (such as a directory that is not writable), and the typed errors of
 * our adapters, which all have the property `retryable`.
 */
function startupProblem(error: unknown): string | undefined {
  if (!isError(error)) return undefined;
  if (error instanceof StartupError) return error.message;
  const fromSystem = 'syscall' in error && 'code' in error;
  return fromSystem || 'retryable' in error ? errorMessage(error) : undefined;
}
