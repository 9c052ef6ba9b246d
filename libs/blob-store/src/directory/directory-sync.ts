import { sync } from './file-calls.js';

/**
 * Makes the entries of one directory durable: a rename survives a power cut only after an fsync of the
 * directory (fsync(2), "Description"). Concurrent callers share one fsync. A caller may join an fsync that
 * is waiting but not one that is running, which may have read the directory before the caller's rename.
 */
export class DirectorySync {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  /** @param syncNow does one fsync; tests replace it to count calls. */
  constructor(
    readonly directory: string,
    readonly syncNow: (directory: string) => Promise<void> = async (path) => await sync(path, 'r'),
  ) {}

  /** True if no sync is running or waiting, so that the object can be dropped. */
  get idle(): boolean {
    return this.running === undefined && this.next === undefined;
  }

  /**
   * Resolves when all changes made to the directory before this call are durable.
   * @throws the system's error, to each caller that shared the failed fsync.
   */
  sync(): Promise<void> {
    if (this.next !== undefined) return this.next;
    const running = this.running;
    if (running === undefined) return this.start();
    const start = (): Promise<void> => this.start();
    // A failure of the running sync is reported to its own callers only.
    this.next = running.then(start, start);
    return this.next;
  }

  private start(): Promise<void> {
    this.next = undefined;
    const running = this.syncNow(this.directory).finally(() => {
      if (this.running === running) this.running = undefined;
    });
    this.running = running;
    return running;
  }
}
