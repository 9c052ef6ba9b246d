import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { crc32 } from 'node:zlib';

/**
 * The whole object in one Buffer of its announced length.
 * @throws Error when the bytes are fewer or more than announced, or their CRC32 is not the stored one
 */
export async function downloadBody({
  Body,
  ContentLength: length,
  ChecksumCRC32: stored,
}: GetObjectCommandOutput): Promise<Buffer> {
  if (length === undefined || Body === undefined) {
    throw new Error('the answer does not say how long the object is');
  }
  const bytes = Buffer.allocUnsafe(length);
  let size = 0;
  for await (const chunk of Body as AsyncIterable<Buffer>) {
    size += chunk.copy(bytes, size);
  }
  if (size !== length) {
    throw new Error(`the answer ended after ${size} of ${length} bytes`);
  }
  // The sum of an object that was uploaded in parts is one over the parts' sums, written `<sum>-<parts>`.
  if (stored !== undefined && !stored.includes('-')) {
    const expected = Buffer.from(stored, 'base64').readUInt32BE();
    if (crc32(bytes) !== expected) {
      throw new Error('the bytes do not have the stored checksum');
    }
  }
  return bytes;
}
