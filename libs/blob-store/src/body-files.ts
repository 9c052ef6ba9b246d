import { open } from 'node:fs/promises';
import type { BlobBody, CheckedBytes, FileBody } from './blob-store.js';

const chunkBytes = 256 * 1024;

/** The files of a body, in the order of their bytes in the object. */
export function filesOf(body: Exclude<BlobBody, Buffer | CheckedBytes>): readonly FileBody[] {
  return 'path' in body ? [body] : body;
}

/**
 * The bytes of the files one after the other. Each chunk is a new Buffer, which the reader may keep.
 * @throws Error when a file is shorter than announced, and the system's errors
 */
export async function* chunksOf(files: readonly FileBody[]): AsyncGenerator<Buffer, void> {
  for (const { path, size } of files) {
    const file = await open(path);
    try {
      for (let position = 0; position < size;) {
        const chunk = Buffer.allocUnsafeSlow(Math.min(chunkBytes, size - position));
        // A single read may return fewer bytes.
        const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
        if (bytesRead === 0) throw new Error(`the file ends after ${position} bytes`);
        position += bytesRead;
        yield chunk.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }
}
