import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** What kubelet swaps to replace all files of a mounted ConfigMap at once. */
const kubeletLink = '..data';

/**
 * Wakes up whoever follows a file when something happens to it in its directory. It is a hint and never more: on some
 * file systems no event comes, and a directory that is replaced takes its watcher along.
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
    // A system that does not tell the name says null.
    this.names = new Set([basename(file), kubeletLink, null]);
  }

  /** Begins to watch, or begins anew when the directory is another one by now; does nothing when it is not there. */
  open(): void {
    try {
      const { ino } = statSync(this.directory);
      if (ino === this.inode) return;
      this.close();
      this.watcher = watch(this.directory, { persistent: false }, (_event, name) => {
        if (this.names.has(name)) this.happened();
      });
      this.watcher.on('error', () => this.close());
      this.inode = ino;
    } catch {
      // No directory, too many watches, or none on this file system: the periodic look is what counts.
      this.close();
    }
  }

  /** Resolves at the next event, also one since the last call, or after this time. */
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

  private happened(): void {
    this.pending = true;
    this.wake();
  }
}
