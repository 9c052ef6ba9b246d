import { constants, crc32, deflateRawSync } from 'node:zlib';
import { fillWithMemoryWords, type SeededRandom } from '#antenna/crash-client';

const poolBytes = 1024 * 1024;
/** Memory in bodies that are compressed with gzip comes in blocks of this size. */
const blockBytes = 16 * 1024;

/**
 * Bytes that the memory in all minidumps of a corpus is cut from, so that a report costs neither memory nor computing
 * time for it. Blocks are deflated once, each independent of what precedes it, so that gzip streams can be put together.
 */
export class DumpPool {
  private readonly bytes = Buffer.alloc(poolBytes);
  private readonly blocks: readonly Buffer[];
  private readonly blockSet: ReadonlySet<Buffer>;
  private readonly checksums = new Map<Buffer, number>();
  private afterBlock: Uint32Array | undefined;
  private readonly deflated = new Map<Buffer, Buffer>();

  constructor(random: SeededRandom) {
    fillWithMemoryWords(this.bytes, random);
    this.blocks = Array.from({ length: poolBytes / blockBytes }, (_, index) =>
      this.bytes.subarray(index * blockBytes, (index + 1) * blockBytes),
    );
    this.blockSet = new Set(this.blocks);
  }

  /** This many bytes from a random block on; after the end of the pool, its start follows. */
  memory(bytes: number, random: SeededRandom): Buffer[] {
    const chunks: Buffer[] = [];
    let at = random.below(this.blocks.length) * blockBytes;
    for (let left = bytes; left > 0;) {
      const chunk = this.bytes.subarray(at, Math.min(poolBytes, at + left));
      chunks.push(chunk);
      left -= chunk.length;
      at = 0;
    }
    return chunks;
  }

  /** Whole blocks, which {@link deflatedOf} knows. */
  memoryBlocks(count: number, random: SeededRandom): Buffer[] {
    const first = random.below(this.blocks.length);
    return Array.from(
      { length: count },
      (_, index) => this.blocks[(first + index) % this.blocks.length] ?? this.bytes,
    );
  }

  /** About the size of a deflated block: the average of some. */
  deflatedBlockBytes(): number {
    const some = this.blocks.slice(0, 8);
    return some.reduce((sum, block) => sum + this.keepDeflated(block).length, 0) / some.length;
  }

  /** Deflates bytes that many reports contain, once. */
  keepDeflated(chunk: Buffer): Buffer {
    const deflated = this.deflated.get(chunk) ?? deflateAlone(chunk);
    this.deflated.set(chunk, deflated);
    return deflated;
  }

  /** The deflated form of a block, or of bytes that are kept deflated. */
  deflatedOf(chunk: Buffer): Buffer | undefined {
    return this.blockSet.has(chunk) ? this.keepDeflated(chunk) : this.deflated.get(chunk);
  }

  /** `crc32(chunk, before)`, without reading blocks again. */
  checksumAfter(before: number, chunk: Buffer): number {
    if (!this.blockSet.has(chunk)) return crc32(chunk, before);
    const ofBlock = this.checksums.get(chunk) ?? crc32(chunk);
    this.checksums.set(chunk, ofBlock);
    this.afterBlock ??= checksumsAfterZeros();
    let after = ofBlock;
    for (let byte = 0; byte < 4; byte += 1)
      after ^= this.afterBlock[byte * 256 + ((before >>> (byte * 8)) & 0xff)] ?? 0;
    return after >>> 0;
  }
}

/**
 * What each byte of a CRC-32 contributes to the one after a further block. That is linear (over GF(2)), so that it can be
 * looked up for each byte alone.
 */
function checksumsAfterZeros(): Uint32Array {
  const zeros = Buffer.alloc(blockBytes);
  const ofZeros = crc32(zeros);
  return Uint32Array.from({ length: 4 * 256 }, (_, at) => {
    const before = (at % 256) * 256 ** Math.floor(at / 256);
    return crc32(zeros, before) ^ ofZeros;
  });
}

/** Raw deflate that is not final, ends at a byte, and neither needs preceding bytes nor affects following ones. */
export function deflateAlone(chunk: Buffer): Buffer {
  return deflateRawSync(chunk, { finishFlush: constants.Z_FULL_FLUSH });
}
