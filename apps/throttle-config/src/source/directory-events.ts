import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** The link that kubelet swaps to replace all files of a mounted ConfigMap at once. */
const kubeletLink = '..data';

/**
 * Reports changes of a file by the events of its directory. An event is only a hint to check the
 * file: some file systems send none, and the watcher of a directory that is replaced sends no more.
 */
export class DirectoryEvents {
  private watcher: FSWatcher | undefined;
  private inode: number | undefined;
  private pending = false;
  private wake: () => void = () => undefined;
  private readonly directory: string;
  private readonly names: ReadonlySet<string | null>;

  constructor(file: string) {
    this.directory = dirname(file);
    // Some systems give no name, which is null.
    this.names = new Set([basename(file), kubeletLink, null]);
  }

  /** Starts to watch the directory, or starts again if it has been replaced. Does nothing if it is missing. */
  open(): void {
    try {
      const { ino } = statSync(this.directory);
      if (ino === this.inode) return;
      this.close();
      this.watcher = watch(this.directory, { persistent: false }, (_event, name) => {
        if (this.names.has(name)) this.notify();
      });
      this.watcher.on('error', () => this.close());
      this.inode = ino;
    } catch {
      // No directory, too many watches, or none on this file system: the periodic check is enough.
      this.close();
    }
  }

  /** Resolves at the next event, which may have happened since the last call, or after the timeout. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.pending && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', this.wake, { once: true });
      });
      signal.removeEventListener('abort', this.wake);
    }
    this.wake = () => undefined;
    this.pending = false;
  }

  close(): void {
    this.watcher?.close();
    this.watcher = undefined;
    this.inode = undefined;
  }

  private notify(): void {
    this.pending = true;
    this.wake();
  }
}
