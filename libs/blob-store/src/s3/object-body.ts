import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { DirectResponse } from '#antenna/aws-client';
import { free } from '#antenna/memory';
import type { BlobBody, FileBody } from '../blob-store.js';
import { chunksOf, filesOf } from '../body-files.js';
import { blobFileError } from '../directory/blob-file-error.js';
import { assertFinishedFile } from '../directory/write-temporary-file.js';

/** Up to this size, files in one Buffer cost a quarter of the CPU time of a stream. */
const maxBufferedBytes = 4 * 1024 * 1024;

/** The body of a put, with the checksum that S3 verifies. `open` returns a new body for each attempt. */
export interface UploadBody {
  readonly size: number;
  /** Base64 of the big-endian CRC32, as in the header `x-amz-checksum-crc32`. */
  readonly crc32: string;
  open(): Buffer | Readable;
  /** Gives the memory of files that were read back, unless an attempt failed and may still be using it. */
  release?(): void;
}

/**
 * Reads files once for their checksum. Large ones are read from the disk again for each attempt.
 * @throws BlobStoreError with code `not_found` if a file does not exist.
 */
export async function uploadBody(body: BlobBody): Promise<UploadBody> {
  if (Buffer.isBuffer(body)) return bufferedBody(body);
  if ('crc32' in body) return bufferedBody(body.bytes, Number.parseInt(body.crc32, 16));
  const files = filesOf(body);
  for (const file of files) assertFinishedFile(file);
  try {
    return await fileBody(files);
  } catch (error) {
    throw blobFileError(`read ${files.map(({ path }) => path).join(', ')}`, error);
  }
}

async function fileBody(files: readonly FileBody[]): Promise<UploadBody> {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size <= maxBufferedBytes) {
    const bytes = await readWhole(files, size);
    let attempts = 0;
    const open = (): Buffer => {
      attempts += 1;
      return bytes;
    };
    const release = (): void => {
      if (attempts === 1) free(bytes);
    };
    return { ...bufferedBody(bytes), open, release };
  }
  let sum = 0;
  for await (const chunk of chunksOf(files)) sum = crc32(chunk, sum);
  return {
    size,
    crc32: base64(sum),
    open: () => Readable.from(chunksOf(files), { objectMode: false }),
  };
}

async function readWhole(files: readonly FileBody[], size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  for (const { path, size: fileSize } of files) {
    const end = filled + fileSize;
    const file = await open(path);
    try {
      // A single read may return fewer bytes.
      for (let position = 0; filled < end;) {
        const { bytesRead } = await file.read(bytes, filled, end - filled, position);
        if (bytesRead === 0) throw new Error(`the file ends after ${position} bytes`);
        filled += bytesRead;
        position += bytesRead;
      }
    } finally {
      await file.close();
    }
  }
  return bytes;
}

function bufferedBody(bytes: Buffer, sum = crc32(bytes)): UploadBody {
  return { size: bytes.length, crc32: base64(sum), open: () => bytes };
}

function base64(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString('base64');
}

/**
 * Reads the whole object into one Buffer of its announced length, and compares its checksum if the response has one.
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
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.copy(bytes, size);
    free(chunk);
  }
  if (size !== length) throw new Error(`the response ended after ${size} of ${length} bytes`);
  const expected = headers['x-amz-checksum-crc32'];
  // The checksum of an object that was uploaded in parts ends with their number, and is not that of the bytes.
  if (expected === undefined || expected.includes('-')) return bytes;
  const actual = base64(crc32(bytes));
  if (expected !== actual)
    throw new Error(`Checksum mismatch: S3 has ${expected}, the received bytes ${actual}`);
  return bytes;
}

/** Undefined without the header. */
export function contentLength(headers: DirectResponse['headers']): number | undefined {
  const value = headers['content-length'];
  return value === undefined ? undefined : Number(value);
}
