/**
 * Gzip by RFC 1952: any number of members; bytes after the last member are ignored. zlib's own gunzip
 * refuses trailing bytes and then also loses the output of the same chunk. Some clients pad their body, so
 * this file reads the member framing and zlib only inflates the deflate stream inside.
 */
import { once } from 'node:events';
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';

import { ByteReader } from './byte-reader.js';

const magic = Buffer.from([0x1f, 0x8b, 0x08]);
const trailerBytes = 8;
/** Each member needs a new inflater, and an empty member is only 20 bytes long. */
const maxMembers = 10_000;
/** Limit for the name and the comment in a member's header; crash clients send shorter ones. */
const maxHeaderFieldBytes = 64 * 1024;
const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/** The gzip stream is invalid or truncated. */
export class GunzipError extends Error {
  override readonly name = 'GunzipError';
}

/** @throws GunzipError; errors of `source` pass through. */
export async function* gunzip(
  source: AsyncIterable<Buffer>,
  chunkSize: number,
): AsyncGenerator<Buffer> {
  const input = new ByteReader(source);
  await readMemberHeader(input);
  let members = 0;
  do {
    members += 1;
    if (members > maxMembers)
      throw new GunzipError(`the gzip stream has more than ${maxMembers} members`);
    yield* inflateMember(input, chunkSize);
  } while (await hasAnotherMember(input));
  await input.skipAll();
}

async function hasAnotherMember(input: ByteReader): Promise<boolean> {
  const next = await input.peek(magic.length);
  if (!next.equals(magic)) return false;
  await readMemberHeader(input);
  return true;
}

async function readMemberHeader(input: ByteReader): Promise<void> {
  const head = await take(input, 10);
  if (!head.subarray(0, magic.length).equals(magic))
    throw new GunzipError('the gzip magic number is missing');
  const flags = head.readUInt8(3);
  if (flags & flag.reserved) throw new GunzipError('the gzip header has reserved flags');
  if (flags & flag.extra) await take(input, (await take(input, 2)).readUInt16LE(0));
  if (flags & flag.name) await skipZeroTerminated(input);
  if (flags & flag.comment) await skipZeroTerminated(input);
  if (flags & flag.headerCrc) await take(input, 2);
}

async function skipZeroTerminated(input: ByteReader): Promise<void> {
  for (let length = 0; length < maxHeaderFieldBytes; length += 1)
    if ((await take(input, 1)).readUInt8(0) === 0) return;
  throw new GunzipError(`a gzip header field is longer than ${maxHeaderFieldBytes} bytes`);
}

async function* inflateMember(input: ByteReader, chunkSize: number): AsyncGenerator<Buffer> {
  const inflater = createInflateRaw({ chunkSize });
  const feeding = feed(input, inflater);
  // feed() destroys the inflater with its error, so the loop below throws the same error.
  feeding.catch(() => undefined);
  let checksum = 0;
  let size = 0;
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      checksum = crc32(chunk, checksum);
      size = (size + chunk.length) % 2 ** 32;
      yield chunk;
    }
  } finally {
    inflater.destroy();
  }
  await feeding;
  const trailer = await take(input, trailerBytes);
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== size)
    throw new GunzipError('the gzip checksum or length does not match');
}

/** Writes one chunk at a time to the inflater, and returns unused bytes to the input. */
async function feed(input: ByteReader, inflater: InflateRaw): Promise<void> {
  const ended = once(inflater, 'close').catch(() => undefined);
  let given = 0;
  try {
    while (!inflater.readableEnded && !inflater.destroyed) {
      const chunk = await input.next();
      if (chunk === undefined) {
        inflater.end();
        return;
      }
      given += chunk.length;
      await Promise.race([write(inflater, chunk), ended]);
      const unused = given - inflater.bytesWritten;
      if (unused > 0) {
        input.unread(chunk.subarray(chunk.length - unused));
        return;
      }
    }
  } catch (error) {
    inflater.destroy(error as Error);
    throw error;
  }
}

async function write(inflater: InflateRaw, chunk: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    inflater.write(chunk, () => resolve());
  });
}

async function take(input: ByteReader, count: number): Promise<Buffer> {
  const bytes = await input.take(count);
  if (bytes.length < count) throw new GunzipError('the gzip stream is truncated');
  return bytes;
}
