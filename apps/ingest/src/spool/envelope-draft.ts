/**
 * An envelope that is being written. It stays in memory up to a limit, so that a small report that a rule
 * rejects costs no write; a larger one goes to a temporary file. `commit` writes, renames the file to its final
 * name, and then syncs file and folder at the same time: journalling file systems make both durable with one
 * write of their journal (docs/adr/0017). The answer must not be sent before that.
 */
import { close, closeSync, fdatasync, open, rename, write, writev } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

import type { EnvelopeSink } from '#antenna/crash-report';
import { isMissing } from '#antenna/errors';

import { type SpoolError, spoolErrorFrom } from './spool-error.js';
import type { SpoolSpace } from './spool-space.js';

interface DraftOptions {
  readonly temporaryPath: string;
  /** Bytes that are kept in memory before the draft goes to disk. */
  readonly memoryLimit: number;
  readonly space: SpoolSpace;
  /** Creates removed folders again; without it, their absence is a failure like any other. */
  readonly restoreFolders?: () => Promise<void>;
  /** Called when the file system fails, not when the spool's capacity is used up. */
  readonly onDiskFailure?: () => void;
}

/** The callback API with descriptors: a `FileHandle` costs more than the system calls that it makes. */
const file = {
  open: promisify(open),
  write: promisify(write),
  writev: promisify(writev),
  rename: promisify(rename),
  sync: promisify(fdatasync),
  close: promisify(close),
};

/** Bytes that are collected for one write once the draft is on disk. */
const writeBatchBytes = 256 * 1024;

export class EnvelopeDraft implements EnvelopeSink {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private written = 0;
  private reserved = 0;
  private readonly patches: { position: number; bytes: Buffer }[] = [];
  private descriptor: number | undefined;
  /** The file has its temporary name, so `discard` must remove it. */
  private isTemporary = false;

  constructor(private readonly options: DraftOptions) {}

  get size(): number {
    return this.written + this.pendingBytes;
  }

  append(bytes: Buffer): void {
    this.pending.push(compact(bytes));
    this.pendingBytes += bytes.length;
  }

  patch(position: number, bytes: Buffer): void {
    if (position < this.written) {
      this.patches.push({ position, bytes });
      return;
    }
    let start = this.written;
    for (const chunk of this.pending) {
      if (position === start) {
        bytes.copy(chunk);
        return;
      }
      start += chunk.length;
    }
    throw new RangeError(`no chunk of the draft begins at byte ${position}`);
  }

  /** The write to await before more is appended, or undefined. */
  backpressure(): Promise<void> | undefined {
    const limit = this.descriptor !== undefined ? writeBatchBytes : this.options.memoryLimit;
    return this.pendingBytes > limit ? this.flush() : undefined;
  }

  /** @throws SpoolError; the caller must then call `discard`. */
  async commit(finalPath: string, syncFolder: () => Promise<void>): Promise<void> {
    await this.flush();
    try {
      const descriptor = await this.openFile();
      for (const { position, bytes } of this.patches)
        await file.write(descriptor, bytes, 0, bytes.length, position);
      await this.restoringFolders(() => file.rename(this.options.temporaryPath, finalPath));
      this.isTemporary = false;
    } catch (error) {
      throw this.failure('write the envelope', error);
    }
    // Both must have ended: closing a descriptor that is being synced could close another file's later.
    const syncs = await Promise.allSettled([this.syncAndClose(), syncFolder()]);
    const failed = syncs.find((sync) => sync.status === 'rejected');
    if (failed) {
      // Best effort: on a read-only disk it stays, and is shipped by a later start although it was refused.
      await rm(finalPath, { force: true }).catch(() => undefined);
      throw this.failure('make the envelope durable', failed.reason);
    }
    this.options.space.keep(this.reserved);
    this.reserved = 0;
  }

  /** Removes the draft unless it was committed. May be called at any time, and repeatedly. */
  async discard(): Promise<void> {
    this.pending = [];
    this.pendingBytes = 0;
    this.options.space.release(this.reserved);
    this.reserved = 0;
    // Best effort, so that the outcome of the report stays the one that it has; a start removes what is left.
    await this.close().catch(() => undefined);
    if (!this.isTemporary) return;
    this.isTemporary = false;
    await rm(this.options.temporaryPath, { force: true }).catch(() => undefined);
  }

  private async flush(): Promise<void> {
    const chunks = this.pending;
    const bytes = this.pendingBytes;
    if (bytes === 0) return;
    this.options.space.reserve(bytes);
    this.reserved += bytes;
    this.pending = [];
    this.pendingBytes = 0;
    const position = this.written;
    this.written += bytes;
    try {
      await writeAll(await this.openFile(), chunks, bytes, position);
    } catch (error) {
      throw this.failure('write the envelope', error);
    }
  }

  private async openFile(): Promise<number> {
    if (this.descriptor === undefined) {
      const { temporaryPath } = this.options;
      this.descriptor = await this.restoringFolders(() => file.open(temporaryPath, 'wx', 0o600));
      this.isTemporary = true;
    }
    return this.descriptor;
  }

  private failure(action: string, cause: unknown): SpoolError {
    const error = spoolErrorFrom(action, cause);
    if (error.cause !== undefined) this.options.onDiskFailure?.();
    return error;
  }

  /** Repeats the work once if a folder is missing: an operator may have deleted it. */
  private async restoringFolders<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isMissing(error) || !this.options.restoreFolders) throw error;
      await this.options.restoreFolders();
      return await work();
    }
  }

  private async syncAndClose(): Promise<void> {
    const { descriptor } = this;
    if (descriptor === undefined) return;
    await file.sync(descriptor);
    // Closing has nothing left to write, and costs less than a turn of the thread pool.
    this.descriptor = undefined;
    closeSync(descriptor);
  }

  private async close(): Promise<void> {
    const { descriptor } = this;
    this.descriptor = undefined;
    if (descriptor !== undefined) await file.close(descriptor);
  }
}

/** Copies a small view of a large buffer, since the view would keep the whole buffer in memory, uncounted. */
function compact(bytes: Buffer): Buffer {
  return bytes.length * 2 < bytes.buffer.byteLength ? Buffer.from(bytes) : bytes;
}

/** writev can write fewer bytes than it was given (POSIX), and takes at most IOV_MAX (1024) buffers. */
async function writeAll(
  descriptor: number,
  chunks: readonly Buffer[],
  total: number,
  position: number,
): Promise<void> {
  let done = 0;
  for (let index = 0; index < chunks.length; index += 1000) {
    const group = chunks.slice(index, index + 1000);
    const wanted = group.reduce((sum, chunk) => sum + chunk.length, 0);
    const { bytesWritten } = await file.writev(descriptor, group, position + done);
    if (bytesWritten < wanted) {
      const rest = Buffer.concat(group).subarray(bytesWritten);
      await writeRest(descriptor, rest, position + done + bytesWritten);
    }
    done += wanted;
  }
  if (done !== total) throw new RangeError(`wrote ${done} bytes of a draft of ${total}`);
}

async function writeRest(descriptor: number, rest: Buffer, position: number): Promise<void> {
  let offset = 0;
  while (offset < rest.length) {
    const { bytesWritten } = await file.write(
      descriptor,
      rest,
      offset,
      rest.length - offset,
      position + offset,
    );
    offset += bytesWritten;
  }
}
