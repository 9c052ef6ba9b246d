import { type FileHandle, open, stat } from 'node:fs/promises';
import { errorMessage, isMissing } from '#antenna/errors';
import { pause } from '#antenna/time';
import { CliError } from '../cli-error.js';

const pollMs = 200;
const chunkBytes = 64 * 1024;

/**
 * What is appended to a file, until the signal aborts. Goes on with the new file if the file is replaced, as by a log
 * rotation, and from the beginning if it is truncated.
 * @param onOpen called when nothing that is written from then on can be missed
 * @throws CliError when the file cannot be read
 */
export async function* followedFile(
  path: string,
  signal: AbortSignal,
  onOpen: () => Promise<void>,
): AsyncGenerator<Buffer> {
  let file = await openFile(path);
  try {
    let { size: position } = await file.stat();
    await onOpen();
    while (!signal.aborted) {
      // Before the reads, which then find all that was written before the file was replaced.
      const replaced = await isReplaced(path, file);
      if ((await file.stat()).size < position) position = 0;
      for await (const chunk of chunksFrom(file, position)) {
        position += chunk.length;
        yield chunk;
      }
      if (replaced) {
        await file.close();
        file = await openFile(path);
        position = 0;
      } else {
        await pause(pollMs, signal);
      }
    }
  } finally {
    await file.close();
  }
}

async function* chunksFrom(file: FileHandle, start: number): AsyncGenerator<Buffer> {
  for (let position = start; ;) {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(chunkBytes),
      0,
      chunkBytes,
      position,
    );
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** False while there is no new file yet. */
async function isReplaced(path: string, file: FileHandle): Promise<boolean> {
  try {
    const [now, before] = await Promise.all([stat(path), file.stat()]);
    return now.ino !== before.ino || now.dev !== before.dev;
  } catch (error) {
    if (isMissing(error)) return false;
    throw unreadable(path, error);
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): CliError {
  const reason = isMissing(cause) ? 'no such file' : errorMessage(cause);
  return new CliError(`cannot read ${path}: ${reason}`, 1, { cause });
}
