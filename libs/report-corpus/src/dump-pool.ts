import { constants, deflateRawSync } from 'node:zlib';
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
}

/** Raw deflate that is not final, ends at a byte, and neither needs preceding bytes nor affects following ones. */
export function deflateAlone(chunk: Buffer): Buffer {
  return deflateRawSync(chunk, { finishFlush: constants.Z_FULL_FLUSH });
}
