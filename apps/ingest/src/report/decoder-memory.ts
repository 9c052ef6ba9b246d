/** The memory that a decoder takes, read from the first bytes of its input, before the decoder is created. */
import type { ByteSemaphore } from '#antenna/memory';

import { unavailable } from '../outcome/outcome.js';
import type { ByteReader } from './byte-reader.js';

const KiB = 1024;
const MiB = 1024 * KiB;

/** log2 of 8 MiB, the limit of RFC 9659 for HTTP; a zstd frame can demand a window of 2 GiB. */
export const zstdWindowLog = 23;
const maxZstdWindow = 2 ** zstdWindowLog;
/** Huffman tables, of which a hostile stream can have 256 of each kind, and the output that is not read yet. */
const brotliOverhead = 4 * MiB;
/** Tables, and blocks of input and output. */
const zstdOverhead = MiB;
const longestZstdHeader = 18;
const zstdMagic = 0xfd2fb528;
/** How long a report waits for memory; its body is not read meanwhile. */
const maxWaitMs = 5000;

/**
 * Reserves what the decoder needs; decoders of gzip and deflate take so little that `MAX_UPLOADS` limits them.
 * @returns a function that gives it back
 * @throws RefusedReport unavailable when other uploads do not free enough in time
 */
export async function reserveDecoder(
  input: ByteReader,
  encoding: 'br' | 'zstd',
  memory: ByteSemaphore,
): Promise<() => void> {
  const bytes =
    encoding === 'br'
      ? brotliWindow((await input.peek(1))[0] ?? 0) + brotliOverhead
      : zstdWindow(await zstdStart(input)) + zstdOverhead;
  const timeout = AbortSignal.timeout(maxWaitMs);
  try {
    return await memory.acquire(bytes, timeout);
  } catch (error) {
    if (timeout.aborted) throw unavailable('decoder memory is exhausted', error);
    throw error;
  }
}

/** Does not wait for a whole header when the body is not zstd: the client gets its answer at once. */
async function zstdStart(input: ByteReader): Promise<Buffer> {
  const magic = await input.peek(4);
  const isZstd = magic.length === 4 && magic.readUInt32LE(0) === zstdMagic;
  return isZstd ? await input.peek(longestZstdHeader) : magic;
}

/** RFC 7932, 9.1: WBITS is in the first one to seven bits. */
export function brotliWindow(firstByte: number): number {
  if ((firstByte & 1) === 0) return 2 ** 16;
  const three = (firstByte >> 1) & 7;
  if (three !== 0) return 2 ** (17 + three);
  const more = (firstByte >> 4) & 7;
  return 2 ** (more === 0 ? 17 : 8 + more);
}

/** RFC 8878, 3.1.1.1: the window descriptor, or the size of the content in a frame of a single segment. */
export function zstdWindow(start: Buffer): number {
  if (start.length < 6 || start.readUInt32LE(0) !== zstdMagic) return 0;
  const descriptor = start.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (!isSingleSegment) {
    const window = start.readUInt8(5);
    const base = 2 ** (10 + (window >> 3));
    return Math.min(base + (base / 8) * (window & 7), maxZstdWindow);
  }
  const position = 5 + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const sizeBytes = [1, 2, 4, 8][descriptor >> 6] ?? 8;
  if (start.length < position + sizeBytes) return 0;
  if (sizeBytes === 8) return maxZstdWindow;
  const size = start.readUIntLE(position, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
  return Math.min(size, maxZstdWindow);
}
