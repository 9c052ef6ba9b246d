/**
 * Gzip as RFC 1952 has it: any number of members, one after another, and whatever follows the last one
 * is ignored. zlib's own gunzip refuses a body whose last member is followed by other bytes, and then
 * loses the output of the same chunk too; clients that pad their body exist, so the member framing is
 * read here and only the deflate stream inside is left to zlib.
 */
import { once } from 'node:events';
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';

import { ByteReader } from './byte-reader.js';

const magic = Buffer.from([0x1f, 0x8b, 0x08]);
const trailerBytes = 8;
/** Each costs the work of a new inflater, and an empty one is only 20 bytes long. */
const maxMembers = 10_000;
/** Longer names or comments in a member's header are no report of a crash client. */
const maxHeaderFieldBytes = 64 * 1024;
const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;

/** Broken or truncated gzip. */
export class GunzipError extends Error {
  override readonly name = 'GunzipError';
}

/** @throws GunzipError; what `source` throws passes through. */
export async function* gunzip(
  source: AsyncIterable<Buffer>,
  chunkSize: number,
): AsyncGenerator<Buffer> {
  const input = new ByteReader(source);
  await readMemberHeader(input);
  let members = 0;
  do {
    members += 1;
    if (members > maxMembers) throw new GunzipError(`more than ${maxMembers} members`);
    yield* inflateMember(input, chunkSize);
  } while (await beginsAnotherMember(input));
  await input.skipAll();
}

async function beginsAnotherMember(input: ByteReader): Promise<boolean> {
  const next = await input.peek(magic.length);
  if (!next.equals(magic)) return false;
  await readMemberHeader(input);
  return true;
}

async function readMemberHeader(input: ByteReader): Promise<void> {
  const head = await take(input, 10);
  if (!head.subarray(0, magic.length).equals(magic)) throw new GunzipError('not gzip');
  const flags = head.readUInt8(3);
  if (flags & flag.extra) await take(input, (await take(input, 2)).readUInt16LE(0));
  if (flags & flag.name) await skipZeroTerminated(input);
  if (flags & flag.comment) await skipZeroTerminated(input);
  if (flags & flag.headerCrc) await take(input, 2);
}

async function skipZeroTerminated(input: ByteReader): Promise<void> {
  for (let length = 0; length < maxHeaderFieldBytes; length += 1)
    if ((await take(input, 1)).readUInt8(0) === 0) return;
  throw new GunzipError('a header field never ends');
}

async function* inflateMember(input: ByteReader, chunkSize: number): AsyncGenerator<Buffer> {
  const inflater = createInflateRaw({ chunkSize });
  const feeding = feed(input, inflater);
  // The reading below rejects with the same reason, because feed() destroys the inflater with it.
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
    throw new GunzipError('checksum or length does not match');
}

/** Gives the inflater one chunk at a time, and what it did not need back to the input. */
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
