import { randomBytes } from 'node:crypto';
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import {
  chunked,
  contentType,
  field,
  multipart,
  part,
  post,
  postBody,
  smallBody,
} from '../../test/raw-post.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest();
});
afterAll(async () => await ingest.close());

const dump = randomBytes(100_000);
const report = multipart(
  field('ProductName', 'Firefox'),
  part(
    [
      'Content-Disposition: form-data; name="upload_file_minidump"; filename="m.dmp"',
      'Content-Type: application/octet-stream',
    ],
    dump,
  ),
);

/** Sends the report in this form and returns the stored one. */
async function storedFrom(body: Buffer, encoding: string) {
  const { answer, outcome } = await ingest.exchange([
    postBody(body, `Content-Encoding: ${encoding}`),
  ]);
  const { annotations, dumps, metadata } = await ingest.stored(answer);
  return {
    outcome,
    annotations,
    dumpIsWhole: dumps.get('upload_file_minidump')?.equals(dump),
    size: metadata['payload_size'],
    compressed: metadata['payload_compressed'],
  };
}

function whole(body: Buffer) {
  return {
    outcome: 'accepted',
    annotations: { ProductName: 'Firefox' },
    dumpIsWhole: true,
    size: body.length,
    compressed: body === report ? '0' : '1',
  };
}

async function refusalOf(body: Buffer, encoding: string) {
  const { answer, outcome } = await ingest.exchange([
    postBody(body, `Content-Encoding: ${encoding}`),
  ]);
  return { status: answer.status, body: answer.body, outcome };
}

const badGzip = {
  status: 400,
  body: 'Discarded=malformed_bad_gzip',
  outcome: 'malformed bad_gzip',
};

describe('the Content-Encoding of a submission', () => {
  it.each<[string, (body: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['X-GZip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['Deflate', (body) => deflateSync(body, { level: 1 })],
    ['br', brotliCompressSync],
    ['BR', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['ZStd', zstdCompressSync],
    ['identity', (body) => body],
    ['Identity', (body) => body],
    ['', (body) => body],
  ])('is accepted as %s', async (encoding, encode) => {
    const body = encode(report);
    expect(await storedFrom(body, encoding)).toEqual(whole(body));
  });

  it.each(['compress', 'gzip, gzip', 'gzip2', 'base64', '\u00ff'])(
    'is refused as %s',
    async (encoding) => {
      const { answer, outcome } = await ingest.exchange([
        postBody(gzipSync(smallBody), `Content-Encoding: ${encoding}`),
      ]);
      expect(answer.status).toBe(400);
      expect(answer.body).toBe('Discarded=malformed_unknown_content_encoding');
      expect(outcome).toBe('malformed unknown_content_encoding');
    },
  );
});

describe('a gzip body', () => {
  it('can have several members, split at any position', async () => {
    const members = [0, 1, 60, 50_000].map((from, index, cuts) =>
      gzipSync(report.subarray(from, cuts[index + 1])),
    );
    const body = Buffer.concat(members);
    expect(await storedFrom(body, 'gzip')).toEqual(whole(body));
  });

  it('can have empty members', async () => {
    const empty = gzipSync('');
    const body = Buffer.concat([empty, gzipSync(report), empty, empty]);
    expect(await storedFrom(body, 'gzip')).toEqual(whole(body));
  });

  it.each([
    ['zeros', Buffer.alloc(1000)],
    ['one byte', Buffer.from('\n')],
    ['text', Buffer.from('trailing text')],
    ['the first bytes of a member', Buffer.from([0x1f, 0x8b])],
    ['more than a network chunk', randomBytes(300_000).fill(0x41, 0, 3)],
  ])('can be followed by %s', async (_name, trailing) => {
    const body = Buffer.concat([gzipSync(report), trailing]);
    expect(await storedFrom(body, 'gzip')).toEqual(whole(body));
  });

  it('can be followed by bytes that arrive later', async () => {
    const body = gzipSync(report);
    const trailing = Buffer.from('later');
    const { answer, outcome } = await ingest.exchange([
      post([contentType, `Content-Length: ${body.length + 5}`, 'Content-Encoding: gzip'], body),
      { waitMs: 50 },
      trailing,
    ]);
    expect(outcome).toBe('accepted');
    expect((await ingest.stored(answer)).dumps.get('upload_file_minidump')?.equals(dump)).toBe(
      true,
    );
  });

  it.each([1, 9, 10, 15, 1000, -9, -8, -1])('is refused when it ends at byte %d', async (end) => {
    expect(await refusalOf(gzipSync(report).subarray(0, end), 'gzip')).toEqual(badGzip);
  });

  it('is refused when a later member is truncated', async () => {
    const body = Buffer.concat([gzipSync(report), gzipSync('more')]);
    expect(await refusalOf(body.subarray(0, -3), 'gzip')).toEqual(badGzip);
  });

  it('is refused when its checksum is wrong', async () => {
    const body = gzipSync(report);
    body.writeUInt8(body.readUInt8(body.length - 8) ^ 1, body.length - 8);
    expect(await refusalOf(body, 'gzip')).toEqual(badGzip);
  });

  it('counts as an empty body when it is empty, even if it is chunked', async () => {
    const { answer, outcome } = await ingest.exchange([
      post([contentType, 'Transfer-Encoding: chunked', 'Content-Encoding: gzip'], chunked('')),
    ]);
    expect(answer.body).toBe('Discarded=malformed_no_content_length');
    expect(outcome).toBe('malformed no_content_length');
  });
});

describe('a body that cannot be decoded', () => {
  it.each<[string, Buffer]>([
    ['gzip', report],
    ['deflate', report],
    ['br', report],
    ['zstd', report],
    ['br', brotliCompressSync(report).subarray(0, -1)],
    ['br', brotliCompressSync(report).subarray(0, 500)],
    ['zstd', zstdCompressSync(report).subarray(0, -1)],
    ['zstd', zstdCompressSync(report).subarray(0, 500)],
    ['deflate', deflateSync(report).subarray(0, -1)],
    ['deflate', deflateRawSync(report).subarray(0, -1)],
    ['gzip', deflateSync(report)],
    ['zstd', gzipSync(report)],
    ['gzip', zstdCompressSync(report)],
  ])('is refused as bad_gzip when declared as %s', async (encoding, body) => {
    expect(await refusalOf(body, encoding)).toEqual(badGzip);
  });

  it('is refused when its zstd window exceeds the limit for HTTP', async () => {
    // RFC 8878, 3.1.1.1: magic, frame header without content size, window of 2 GiB, one empty last block.
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]);
    expect(await refusalOf(frame, 'zstd')).toEqual(badGzip);
  });
});
