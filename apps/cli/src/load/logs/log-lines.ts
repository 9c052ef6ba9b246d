import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isMissing, errorMessage } from '#antenna/errors';
import { CliError } from '../../cli-error.js';

/**
 * The lines of a log, read as a stream: a file, one compressed with gzip whose name ends with `.gz`, or standard input for
 * `-`.
 * @throws CliError when it cannot be read
 */
export async function* logLines(file: string, stdin: Readable): AsyncGenerator<string> {
  const bytes = file === '-' ? stdin : createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  // An error is passed on neither by a pipe nor by the lines.
  const failed = new Promise<never>((_, reject) => {
    for (const stream of [bytes, text]) stream.on('error', reject);
  });
  failed.catch(() => undefined);
  const lines = createInterface({ input: text, crlfDelay: Infinity })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), failed]);
      if (done === true) return;
      yield value;
    }
  } catch (error) {
    const reason = isMissing(error) ? 'no such file' : errorMessage(error);
    throw new CliError(`cannot read ${file}: ${reason}`, 1, { cause: error });
  } finally {
    bytes.destroy();
  }
}
