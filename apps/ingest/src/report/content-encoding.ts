import { Readable, type Transform } from 'node:stream';
import { isNativeError } from 'node:util/types';
import {
  constants,
  createBrotliDecompress,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

import { ByteReader } from './byte-reader.js';
import { gunzip, GunzipError } from './gunzip.js';
import { malformed } from '../outcome/outcome.js';

export type ContentEncoding = 'identity' | 'gzip' | 'deflate' | 'br' | 'zstd';

const encodings: ReadonlyMap<string, ContentEncoding> = new Map([
  ['', 'identity'],
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
]);

/** A larger output chunk than zlib's 16 KiB saves a third of the time spent in inflating. */
const chunkSize = 64 * 1024;
/** A zstd frame may demand a window of 2 GiB; 8 MiB is what RFC 9659 allows over HTTP. */
const zstdWindowLog = 23;

/** @throws RefusedReport malformed `unknown_content_encoding` */
export function parseContentEncoding(header: string | undefined): ContentEncoding {
  const encoding = encodings.get((header ?? '').trim().toLowerCase());
  if (encoding === undefined)
    throw malformed('unknown_content_encoding', 'supported: gzip, deflate, br, zstd, identity');
  return encoding;
}

/**
 * The decoded body. It runs only as fast as it is read, so that a bomb inflates no further than its
 * reader's cap.
 * @throws RefusedReport malformed `bad_gzip` when the body does not decode, a truncated one included;
 *   what `source` throws passes through.
 */
export async function* decodeBody(
  source: AsyncIterable<Buffer>,
  encoding: ContentEncoding,
): AsyncGenerator<Buffer> {
  try {
    yield* decoderFor(encoding, source);
  } catch (error) {
    if (isDecodingError(error)) throw malformed('bad_gzip', `the ${encoding} body does not decode`);
    throw error;
  }
}

function decoderFor(
  encoding: ContentEncoding,
  source: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  switch (encoding) {
    case 'identity':
      return source;
    case 'gzip':
      return gunzip(source, chunkSize);
    case 'deflate':
      return inflateDeflate(source);
    case 'br':
      return through(source, createBrotliDecompress({ chunkSize }));
    case 'zstd':
      return through(
        source,
        createZstdDecompress({
          chunkSize,
          params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog },
        }),
      );
  }
}

/** Clients disagree whether `deflate` has zlib's header (RFC 9110, 8.4.1.2, says it has). */
async function* inflateDeflate(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const input = new ByteReader(source);
  const [cmf = 0, flags = 0] = await input.peek(2);
  const hasZlibHeader = (cmf & 0x0f) === 8 && (cmf * 256 + flags) % 31 === 0;
  const inflater = hasZlibHeader ? createInflate({ chunkSize }) : createInflateRaw({ chunkSize });
  yield* through(input.chunks(), inflater);
}

async function* through(source: AsyncIterable<Buffer>, decoder: Transform): AsyncGenerator<Buffer> {
  const input = Readable.from(source);
  input.on('error', (error) => decoder.destroy(error));
  try {
    yield* input.pipe(decoder) as AsyncIterable<Buffer>;
  } finally {
    decoder.destroy();
    input.destroy();
  }
}

function isDecodingError(error: unknown): boolean {
  if (error instanceof GunzipError) return true;
  const code = isNativeError(error) && 'code' in error ? String(error.code) : '';
  return /^(Z_|ZSTD_|ERR__ERROR)/.test(code);
}
