import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { gunzip, GunzipError } from './gunzip.js';

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function readAll(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of gunzip(source, 1024)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function gunzipped(bytes: Buffer, sizes: readonly number[] = [65_536]): Promise<Buffer> {
  return await readAll(cut(bytes, sizes));
}

async function* failing(): AsyncGenerator<Buffer> {
  yield gzipSync('text').subarray(0, 15);
  throw new RangeError('the client left');
}
/** A member with the given optional header fields of RFC 1952. */
function memberWithFields(text: string, flags: number): Buffer {
  const plain = gzipSync(text);
  const head = Buffer.from(plain.subarray(0, 10));
  head[3] = flags;
  return Buffer.concat([
    head,
    flags & 4 ? Buffer.from([3, 0, 1, 2, 3]) : Buffer.alloc(0),
    flags & 8 ? Buffer.from('report.bin\0') : Buffer.alloc(0),
    flags & 16 ? Buffer.from('a comment\0') : Buffer.alloc(0),
    flags & 2 ? Buffer.from([0, 0]) : Buffer.alloc(0),
    plain.subarray(10),
  ]);
}

const chunkSizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 });
const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 4000 }),
  fc.integer({ min: 0, max: 200_000 }).map((size) => Buffer.alloc(size, 'a')),
);
/** Any bytes except the beginning of another member. */
const trailing = fc.uint8Array({ maxLength: 100 }).filter((bytes) => bytes[0] !== 0x1f);

describe('gunzip', () => {
  it('returns the same bytes for any chunks, members and trailing bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(payloads, { minLength: 1, maxLength: 4 }),
        trailing,
        chunkSizes,
        async (members, tail, sizes) => {
          const body = Buffer.concat([...members.map((member) => gzipSync(member)), tail]);
          expect((await gunzipped(body, sizes)).equals(Buffer.concat(members))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses every truncated body for any chunks', async () => {
    const body = Buffer.concat([memberWithFields('first', 2 | 4 | 8 | 16), gzipSync('second')]);
    const firstEnd = body.length - gzipSync('second').length;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: body.length - 1 }), chunkSizes, async (end, sizes) => {
        // A body can end after a member; one or two bytes of the next member are ignored like other trailing bytes.
        fc.pre(end < firstEnd || end > firstEnd + 2);
        await expect(gunzipped(body.subarray(0, end), sizes)).rejects.toThrow(
          /truncated|unexpected end/,
        );
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 2, 4, 8, 16, 2 | 4 | 8 | 16])('reads header fields (flags %d)', async (flags) => {
    expect((await gunzipped(memberWithFields('text', flags), [1])).toString()).toBe('text');
  });

  it.each<[string, Buffer]>([
    ['no gzip', Buffer.from('plain text that is long enough')],
    [
      'another compression method',
      Buffer.concat([Buffer.from([0x1f, 0x8b, 7]), gzipSync('x').subarray(3)]),
    ],
    ['a wrong checksum', wrongAt(gzipSync('text'), -8)],
    ['a wrong length', wrongAt(gzipSync('text'), -4)],
    ['a header field that never ends', memberWithFields('x'.repeat(10), 8).fill('n', 10)],
  ])('refuses %s', async (_name, body) => {
    await expect(gunzipped(body)).rejects.toThrow(GunzipError);
  });

  it.each([0x20, 0x40, 0x80, 0xff])('refuses the reserved flags in %d', async (flags) => {
    await expect(gunzipped(memberWithFields('text', flags))).rejects.toThrow('reserved flags');
    const second = Buffer.concat([gzipSync('first'), memberWithFields('text', flags)]);
    await expect(gunzipped(second)).rejects.toThrow(GunzipError);
  });

  it('refuses an invalid deflate stream with the error of zlib', async () => {
    const body = Buffer.concat([gzipSync('').subarray(0, 10), Buffer.alloc(50, 0xff)]);
    await expect(gunzipped(body)).rejects.toMatchObject({ code: 'Z_DATA_ERROR' });
  });

  it('reads at most 10,000 members', async () => {
    const empty = gzipSync('');
    const body = (members: number): Buffer =>
      Buffer.concat([...Array.from({ length: members }, () => empty), gzipSync('end')]);
    expect((await gunzipped(body(9999))).toString()).toBe('end');
    await expect(gunzipped(body(10_000))).rejects.toThrow('more than 10000 members');
  });

  it('passes on errors of its source', async () => {
    await expect(readAll(failing())).rejects.toThrow(new RangeError('the client left'));
  });

  it('inflates no further than its output is read', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    let given = 0;
    async function* counted(): AsyncGenerator<Buffer> {
      for (let at = 0; at < bomb.length; at += 256) {
        given += 256;
        yield bomb.subarray(at, at + 256);
      }
    }
    for await (const chunk of gunzip(counted(), 1024)) {
      expect(chunk).toHaveLength(1024);
      break;
    }
    expect(given).toBeLessThan(bomb.length / 4);
  });
});

function wrongAt(bytes: Buffer, at: number): Buffer {
  const index = bytes.length + at;
  bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
  return bytes;
}
