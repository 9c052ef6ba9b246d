import type { Writable } from 'node:stream';

/** What a command may know of the process that it runs in. */
export interface CliContext {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Where the services keep their data, unless the command line says otherwise. */
  readonly dataDirectory: string;
  readonly now: () => Date;
  /** Aborted by Ctrl-C: finish what must be finished, say what was done, and stop. */
  readonly interrupted: AbortSignal;
}

export type Output = Writable & { readonly isTTY?: boolean };

/** Resolves when the bytes have been handed over; rejects when the reader has gone (EPIPE). */
export function print(output: Output, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(bytes, (error) => {
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}

export function printLine(output: Output, line: string): Promise<void> {
  return print(output, `${line}\n`);
}
