import type { Readable, Writable } from 'node:stream';
import { terminalSafe } from './terminal-safe.js';

/** The process as a command sees it. */
export interface CliContext {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Default data directory of the services. */
  readonly dataDirectory: string;
  /** Names the stores and queues, as for the services (docs/configuration.md). */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** In [0, 1), as `Math.random`. */
  readonly random: () => number;
  /** Aborted by Ctrl-C or SIGTERM: a command then completes its current step, prints a summary, and stops. */
  readonly interrupted: AbortSignal;
}

export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * Prints text safe for a terminal, and bytes as they are. Resolves when all is written; rejects when the reader has
 * closed the pipe (EPIPE).
 */
export function print(output: Output, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(typeof bytes === 'string' ? terminalSafe(bytes) : bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

export function printLine(output: Output, line: string): Promise<void> {
  return print(output, `${line}\n`);
}
