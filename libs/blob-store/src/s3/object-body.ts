import { createReadStream, type ReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { DirectResponse } from '#antenna/aws-client';
import type { BlobBody } from '../blob-store.js';
import { blobFileError } from '../directory/blob-file-error.js';
import { assertFinishedFile } from '../directory/write-temporary-file.js';

type FileBody = Exclude<BlobBody, Buffer>;

/** Up to this size, a file in one Buffer costs a quarter of the CPU time of a stream. */
const maxBufferedBytes = 4 * 1024 * 1024;
const chunkBytes = 256 * 1024;

/** The body of a put, with the checksum that S3 verifies. `open` returns a new body for each attempt. */
export interface UploadBody {
  readonly size: number;
  /** Base64 of the big-endian CRC32, as in the header `x-amz-checksum-crc32`. */
  readonly crc32: string;
  open(): Buffer | ReadStream;
}

/**
 * Reads a file once for its checksum. A large file is read from the disk again for each attempt.
 * @throws BlobStoreError with code `not_found` if the file does not exist.
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

/** Fills the buffer from the file; a single read may return fewer bytes. */
async function fill(bytes: Buffer, file: FileHandle, position: number): Promise<void> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`the file ends after ${position + filled} bytes`);
    filled += bytesRead;
  }
}

function base64(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString('base64');
}

/**
 * Reads the whole object into one Buffer of its announced length, and compares its checksum.
 * @throws Error if the body is damaged or shorter than announced
 */
export async function downloadBody({ headers, body }: DirectResponse): Promise<Buffer> {
  const length = contentLength(headers);
  if (length === undefined) {
    body.destroy();
    throw new Error('the response has no content length');
  }
  const bytes = Buffer.allocUnsafe(length);
  let size = 0;
  let sum = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.copy(bytes, size);
    sum = crc32(chunk, sum);
  }
  if (size !== length) throw new Error(`the response ended after ${size} of ${length} bytes`);
  const expected = headers['x-amz-checksum-crc32'];
  // The checksum of an object that was uploaded in parts ends with their number, and is not that of the bytes.
  if (expected !== undefined && !expected.includes('-') && expected !== base64(sum))
    throw new Error(`Checksum mismatch: S3 has ${expected}, the received bytes ${base64(sum)}`);
  return bytes;
}

/** Undefined without the header. */
export function contentLength(headers: DirectResponse['headers']): number | undefined {
  const value = headers['content-length'];
  return value === undefined ? undefined : Number(value);
}
