import { deflateAlone, type DumpPool } from './dump-pool.js';

/** RFC 1952: deflate, no flags, no time, unknown system. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
/** RFC 1951: an empty final block. */
const lastBlock = Buffer.from([3, 0]);

/** One gzip member that contains the chunks; those that the pool has deflated already are not compressed again. */
export function gzipChunks(chunks: readonly Buffer[], pool: DumpPool): Buffer[] {
  const gzip: Buffer[] = [header];
  let pending: Buffer[] = [];
  let checksum = 0;
  let size = 0;
  const flush = (): void => {
    if (pending.length > 0) gzip.push(deflateAlone(Buffer.concat(pending)));
    pending = [];
  };
  for (const chunk of chunks) {
    checksum = pool.checksumAfter(checksum, chunk);
    size += chunk.length;
    const deflated = pool.deflatedOf(chunk);
    if (deflated === undefined) {
      pending.push(chunk);
    } else {
      flush();
      gzip.push(deflated);
    }
  }
  flush();
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  return [...gzip, lastBlock, trailer];
}
