import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { errorMessage, isMissing, systemCode } from '#antenna/errors';
import { CliError } from '../../cli-error.js';

/** The rest of a longer line is dropped; no line of a service is this long. */
const maxLineLength = 1024 * 1024;

/** The end of a log is lost, as when it was copied while it was written. */
export class TruncatedLogError extends CliError {}

/**
 * The lines of a log, read as a stream: a file, one compressed with gzip whose name ends with `.gz`, or standard input for
 * `-`.
 * @throws TruncatedLogError after the lines that a damaged compressed file has, or CliError when it cannot be read
 */
export async function* logLines(file: string, stdin: Readable): AsyncGenerator<string> {
  const bytes = file === '-' ? stdin : createReadStream(file);
  try {
    yield* linesOf(file.endsWith('.gz') ? unzipped(bytes) : bytes);
  } catch (error) {
    const reason = isMissing(error) ? 'no such file' : errorMessage(error);
    const isDamaged = systemCode(error)?.startsWith('Z_') === true;
    throw new (isDamaged ? TruncatedLogError : CliError)(`cannot read ${file}: ${reason}`, 1, {
      cause: error,
    });
  } finally {
    bytes.destroy();
  }
}

function unzipped(bytes: Readable): Readable {
  const gunzip = createGunzip();
  bytes.on('error', (error) => gunzip.destroy(error));
  return bytes.pipe(gunzip);
}

/** Splits a log into lines; the last one may be incomplete or empty. */
export async function* linesOf(stream: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new StringDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = decoder.write(chunk).split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      yield startOf(rest, line);
      rest = '';
    }
    rest = startOf(rest, last);
  }
  yield startOf(rest, decoder.end());
}

function startOf(before: string, line: string): string {
  return before.length >= maxLineLength ? before : `${before}${line}`.slice(0, maxLineLength);
}
