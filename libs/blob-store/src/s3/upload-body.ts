import { createReadStream, type ReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { BlobBody } from '../blob-store.js';
import { blobFileError } from '../directory/blob-file-error.js';
import { assertFinishedFile } from '../directory/write-temporary-file.js';

/** A file up to this size costs less CPU time in one Buffer than as a stream, by a factor of four. */
const maxBufferedBytes = 4 * 1024 * 1024;
const readBytes = 1024 * 1024;

/** What a put sends, with the checksum that S3 verifies. `open` gives the body anew for each attempt. */
export interface UploadBody {
  readonly size: number;
  /** Base64 of the big-endian CRC32, as in the header `x-amz-checksum-crc32`. */
  readonly crc32: string;
  open(): Buffer | ReadStream;
}

/**
 * Reads a file once for its checksum; a large one stays on the disk and is read again for each attempt.
 * @throws BlobStoreError with code `not_found` when there is no such file.
 */
export async function uploadBody(body: BlobBody): Promise<UploadBody> {
  if (Buffer.isBuffer(body)) {
    return bufferedBody(body);
  }
  await assertFinishedFile(body);
  const { path, size } = body;
  try {
    if (size <= maxBufferedBytes) {
      return bufferedBody(await readFile(path));
    }
    return {
      size,
      crc32: base64(await crc32OfFile(path, size)),
      open: () => createReadStream(path, { end: size - 1, highWaterMark: readBytes }),
    };
  } catch (error) {
    throw blobFileError(`read ${path}`, error);
  }
}

function bufferedBody(bytes: Buffer): UploadBody {
  return { size: bytes.length, crc32: base64(crc32(bytes)), open: () => bytes };
}

async function crc32OfFile(path: string, size: number): Promise<number> {
  let sum = 0;
  for await (const chunk of createReadStream(path, { end: size - 1, highWaterMark: readBytes })) {
    sum = crc32(chunk as Buffer, sum);
  }
  return sum;
}

function base64(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString('base64');
}
