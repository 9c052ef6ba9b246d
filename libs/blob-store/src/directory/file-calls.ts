/**
 * File system calls. A turn of the thread pool costs ten times what open, rename or link do, which only touch metadata
 * in the kernel's cache. So only calls that move bytes or wait for the disk go there; the others are made at once.
 */
import { closeSync, fdatasync, fstatSync, fsync, openSync, read, write } from 'node:fs';
import { promisify } from 'node:util';

const inPool = {
  read: promisify(read),
  write: promisify(write),
  fdatasync: promisify(fdatasync),
  fsync: promisify(fsync),
};

/** Writes a new file and makes its bytes, not its name, durable. */
export async function writeDurably(
  path: string,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<void> {
  await withFile(path, 'wx', async (file) => {
    for await (const chunk of chunks) await writeAll(file, chunk);
    await inPool.fdatasync(file);
  });
}

/** Makes what the file or directory contains durable. */
export async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  await withFile(path, flags, async (file) => await inPool.fsync(file));
}

export async function readWhole(path: string): Promise<Buffer> {
  return await withFile(path, 'r', async (file) => {
    const bytes = Buffer.allocUnsafeSlow(fstatSync(file).size);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await inPool.read(file, bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  });
}

async function writeAll(file: number, bytes: Buffer): Promise<void> {
  for (let rest = bytes; rest.length > 0;)
    rest = rest.subarray((await inPool.write(file, rest, 0, rest.length)).bytesWritten);
}

async function withFile<T>(
  path: string,
  flags: string,
  work: (file: number) => Promise<T>,
): Promise<T> {
  const file = openSync(path, flags);
  try {
    return await work(file);
  } finally {
    closeSync(file);
  }
}
