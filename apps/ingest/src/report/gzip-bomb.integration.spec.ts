import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { contentType, part, post } from '../../test/raw-post.js';

const MiB = 1024 * 1024;
let ingest: IngestInTest;
let bomb: Buffer;
beforeAll(async () => {
  ingest = await startIngestInTest();
  bomb = gibibyteOfZeros();
});
afterAll(async () => await ingest.close());

const dumpHead = part(
  [
    'Content-Disposition: form-data; name="m"; filename="m"',
    'Content-Type: application/octet-stream',
  ],
  '',
);

/** The beginning of a dump, then zeros: the first member alone exceeds the limit. */
function gibibyteOfZeros(): Buffer {
  const zeros = Buffer.alloc(128 * MiB);
  const member = gzipSync(zeros);
  return Buffer.concat([
    gzipSync(Buffer.concat([dumpHead, zeros])),
    ...Array.from({ length: 7 }, () => member),
  ]);
}

describe('a body that inflates far beyond its size', () => {
  it('is refused at the limit in bounded memory when 1 MB inflates to 1 GB', async () => {
    expect(bomb.length).toBeLessThan(1.1 * MiB);
    const before = process.memoryUsage.rss();
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 5);
    const { answer, outcome } = await ingest.exchange([
      post([contentType, `Content-Length: ${bomb.length}`, 'Content-Encoding: gzip'], bomb),
    ]);
    clearInterval(watch);
    expect(answer.status).toBe(413);
    expect(answer.body).toBe('Discarded=malformed_too_large');
    expect(outcome).toBe('malformed too_large');
    expect(peak - before).toBeLessThan(150 * MiB);
  });

  it('is refused at the limit before most of it is sent', async () => {
    // A tenth of the body inflates to 100 MiB of the 1 GiB: the answer arrives without the rest.
    const { answer, outcome } = await ingest.exchange([
      post(
        [contentType, `Content-Length: ${bomb.length}`, 'Content-Encoding: gzip'],
        bomb.subarray(0, bomb.length / 8),
      ),
    ]);
    expect(answer.body).toBe('Discarded=malformed_too_large');
    expect(outcome).toBe('malformed too_large');
  });

  it.each<['br' | 'zstd', (body: Buffer) => Buffer]>([
    ['br', (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } })],
    ['zstd', zstdCompressSync],
  ])('is also refused in %s', async (encoding, encode) => {
    const body = encode(Buffer.concat([dumpHead, Buffer.alloc(101 * MiB)]));
    const { outcome } = await ingest.exchange([
      post([contentType, `Content-Length: ${body.length}`, `Content-Encoding: ${encoding}`], body),
    ]);
    expect(outcome).toBe('malformed too_large');
  });
});
