import { brotliCompressSync, constants, zstdCompressSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { brotliWindow, zstdWindow } from './decoder-memory.js';

const MiB = 1024 * 1024;

describe('brotliWindow', () => {
  it.each([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24])(
    'reads a window of 2^%i bytes from the first byte',
    (windowLog) => {
      const body = brotliCompressSync(Buffer.alloc(40 * MiB), {
        params: {
          [constants.BROTLI_PARAM_LGWIN]: windowLog,
          [constants.BROTLI_PARAM_QUALITY]: 2,
        },
      });
      expect(brotliWindow(body[0] ?? 0)).toBe(2 ** windowLog);
    },
  );
});

describe('zstdWindow', () => {
  it.each([10, 15, 20, 23])('reads a window of 2^%i bytes', (windowLog) => {
    const body = zstdCompressSync(Buffer.alloc(20 * MiB), {
      params: { [constants.ZSTD_c_windowLog]: windowLog },
    });
    expect(zstdWindow(body)).toBe(2 ** windowLog);
  });

  it.each([10, 255, 256, 1000, 65_791, 100_000])(
    'is the size of the content, %i bytes, when the frame has one segment',
    (size) => {
      expect(zstdWindow(zstdCompressSync(Buffer.alloc(size)))).toBe(size);
    },
  );

  it.each([
    ['a window of 2 GiB', '28b52ffd00a8', 8 * MiB],
    ['a content of more than 4 GiB', '28b52ffde00000000001000000', 8 * MiB],
    ['no frame at all', '00112233445566', 0],
    ['a truncated header', '28b52ffd', 0],
  ])('is bounded for %s', (_case, hex, expected) => {
    expect(zstdWindow(Buffer.from(hex, 'hex'))).toBe(expected);
  });
});
