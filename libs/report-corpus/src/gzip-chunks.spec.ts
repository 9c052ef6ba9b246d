import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { seededRandom } from '#antenna/crash-client';
import { DumpPool } from './dump-pool.js';
import { gzipChunks } from './gzip-chunks.js';

const pool = new DumpPool(seededRandom(1));

describe('gzipChunks', () => {
  it('gives one member that decompresses to the chunks, in any mixture with blocks of the pool', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 5000 }).map((bytes) => [Buffer.from(bytes)]),
      fc.nat({ max: 5 }).map((count) => pool.memoryBlocks(count, seededRandom(count))),
      fc.nat({ max: 50_000 }).map((bytes) => pool.memory(bytes, seededRandom(bytes))),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 8 }), (parts) => {
        const chunks = parts.flat();
        const gzip = Buffer.concat(gzipChunks(chunks, pool));
        expect(gunzipSync(gzip).equals(Buffer.concat(chunks))).toBe(true);
      }),
    );
  });

  it('does not compress a block of the pool twice', () => {
    const blocks = pool.memoryBlocks(3, seededRandom(2));
    const [first, second] = [1, 2].map(() => gzipChunks(blocks, pool));
    expect(first).toHaveLength(blocks.length + 3);
    for (const at of blocks.keys()) expect(second?.[at + 1]).toBe(first?.[at + 1]);
  });
});
