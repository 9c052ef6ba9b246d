import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { createReadStream, type ReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { BlobBody } from '../blob-store.js';
import { blobFileError } from '../directory/blob-file-error.js';
import { assertFinishedFile } from '../directory/write-temporary-file.js';

type FileBody = Exclude<BlobBody, Buffer>;

/** A file up to this size costs less CPU time in one Buffer than as a stream, by a factor of four. */
const maxBufferedBytes = 4 * 1024 * 1024;
const chunkBytes = 256 * 1024;

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
  if (Buffer.isBuffer(body)) return bufferedBody(body);
  await assertFinishedFile(body);
  try {
    const file = await open(body.path);
    try {
      return await fileBody(file, body);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw blobFileError(`read ${body.path}`, error);
  }
}

async function fileBody(file: FileHandle, { path, size }: FileBody): Promise<UploadBody> {
  if (size <= maxBufferedBytes) {
    const bytes = Buffer.allocUnsafeSlow(size);
    await fill(bytes, file, 0);
    return bufferedBody(bytes);
  }
  return {
    size,
    crc32: base64(await crc32OfFile(file, size)),
    open: () => createReadStream(path, { end: size - 1, highWaterMark: chunkBytes }),
  };
}

function bufferedBody(bytes: Buffer): UploadBody {
  return { size: bytes.length, crc32: base64(crc32(bytes)), open: () => bytes };
}

async function crc32OfFile(file: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  let sum = 0;
  for (let position = 0; position < size; position += chunk.length) {
    const bytes = chunk.subarray(0, size - position);
    await fill(bytes, file, position);
    sum = crc32(bytes, sum);
  }
  return sum;
}

/** Reads so many bytes, which a single read need not return. */
async function fill(bytes: Buffer, file: FileHandle, position: number): Promise<void> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`it ends after ${position + filled} bytes`);
    filled += bytesRead;
  }
}

function base64(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString('base64');
}

/**
 * The whole object in one Buffer of its announced length. The body itself fails when its bytes do not have
 * the stored checksum, which the SDK compares.
 * @throws Error when the bytes are fewer than announced or damaged
 */
export async function downloadBody({
  Body,
  ContentLength: length,
}: GetObjectCommandOutput): Promise<Buffer> {
  if (length === undefined || Body === undefined)
    throw new Error('the answer does not say how long the object is');
  const bytes = Buffer.allocUnsafe(length);
  let size = 0;
  for await (const chunk of Body as AsyncIterable<Buffer>) size += chunk.copy(bytes, size);
  if (size !== length) throw new Error(`the answer ended after ${size} of ${length} bytes`);
  return bytes;
}
