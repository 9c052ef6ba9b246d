import { open } from 'node:fs/promises';

/**
 * Makes the entries of one directory durable (fsync on the directory itself, which is what makes a
 * rename survive a power cut; fsync(2), "Description"). Callers that arrive together share one fsync:
 * a sync that has not begun may be joined, one that has begun may not, because it may have looked at
 * the directory before the caller's rename.
 */
export class DirectorySync {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  /** @param syncNow does one fsync; only tests replace it, to see how often it happens. */
  constructor(
    readonly directory: string,
    readonly syncNow: (directory: string) => Promise<void> = syncDirectory,
  ) {}

  /** True when no sync runs or waits: the object holds nothing that matters and may be dropped. */
  get idle(): boolean {
    return this.running === undefined && this.next === undefined;
  }

  /**
   * Resolves when everything done to the directory before this call is durable.
   * @throws the system's error; each caller that shared the failed fsync gets it.
   */
  sync(): Promise<void> {
    if (this.next !== undefined) return this.next;
    const running = this.running;
    if (running === undefined) return this.begin();
    const begin = (): Promise<void> => this.begin();
    // Whether the sync before failed is the business of those who wait for that one.
    this.next = running.then(begin, begin);
    return this.next;
  }

  private begin(): Promise<void> {
    this.next = undefined;
    const running = this.syncNow(this.directory).finally(() => {
      if (this.running === running) this.running = undefined;
    });
    this.running = running;
    return running;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
