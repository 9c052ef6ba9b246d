import type { Readable, Writable } from 'node:stream';

/** What a command may know of the process that it runs in. */
export interface CliContext {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Where the services keep their data, unless the command line says otherwise. */
  readonly dataDirectory: string;
  /** Says which stores and queues there are, as it does for the services (docs/configuration.md). */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** In [0, 1), as `Math.random`. */
  readonly random: () => number;
  /** Aborted by Ctrl-C: finish what must be finished, say what was done, and stop. */
  readonly interrupted: AbortSignal;
}

export type Output = Writable & { readonly isTTY?: boolean };

/** Resolves when the bytes have been handed over; rejects when the reader has gone (EPIPE). */
export function print(output: Output, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

export function printLine(output: Output, line: string): Promise<void> {
  return print(output, `${line}\n`);
}
