import { statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

import { SpoolError } from './spool-error.js';

/** A folder whose handle stays open, since every commit syncs it. */
export class OpenFolder {
  private handle: FileHandle | undefined;
  /** Device and inode of the folder that the handle belongs to. */
  private identity = '';

  constructor(private readonly path: string) {}

  async open(): Promise<void> {
    const handle = await open(this.path, 'r');
    await this.close();
    this.handle = handle;
    const { dev, ino } = await handle.stat();
    this.identity = `${dev}:${ino}`;
  }

  /**
   * Makes the entries durable that the folder has now. If it was removed and created again, the handle belongs to
   * the old one, whose fsync succeeds and makes nothing durable.
   */
  async sync(): Promise<void> {
    if (!this.handle) throw new SpoolError('spool_failed', 'the spool is not open');
    await this.handle.sync();
    // The folder is in the kernel's cache: this takes less than a turn of the thread pool.
    const { dev, ino } = statSync(this.path);
    if (`${dev}:${ino}` === this.identity) return;
    await this.open();
    await this.handle.sync();
  }

  async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
  }
}
