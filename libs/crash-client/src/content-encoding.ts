import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

/** Content codings that the collector accepts. `deflate` is the zlib format, as RFC 9110 defines it. */
export const contentEncodings = ['identity', 'gzip', 'x-gzip', 'deflate', 'br', 'zstd'] as const;
export type ContentEncoding = (typeof contentEncodings)[number];

const compressors: Readonly<Record<ContentEncoding, (body: Buffer) => Buffer>> = {
  identity: (body) => body,
  gzip: (body) => gzipSync(body),
  'x-gzip': (body) => gzipSync(body),
  deflate: (body) => deflateSync(body),
  // Brotli's default level of 11 takes seconds for a minidump.
  br: (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  zstd: (body) => zstdCompressSync(body),
};

/** Compresses a whole body. */
export function encodeBody(body: Buffer, encoding: ContentEncoding): Buffer {
  return compressors[encoding](body);
}
