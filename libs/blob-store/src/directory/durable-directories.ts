import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '#antenna/errors';
import { DirectorySync } from './directory-sync.js';

/** Enough for years of dates times dump names. Beyond it, the cache is cleared. */
const maxKnown = 10_000;

/**
 * Directories below a root that are known to be durable, with all their parents. An existing directory is
 * not trusted: the process that created it may have been killed before its fsync, so the first use in each
 * process syncs the parent once.
 */
export class DurableDirectories {
  private readonly syncs = new Map<string, DirectorySync>();
  private readonly known = new Map<string, Promise<void>>();

  constructor(readonly root: string) {}

  /** Creates the directory (relative to the root, separated by slashes) and makes its path durable. */
  async ensure(relative: string): Promise<void> {
    if (relative === '.') return;
    const known = this.known.get(relative);
    if (known !== undefined) return known;
    if (this.known.size >= maxKnown) this.known.clear();
    const created = this.create(relative);
    this.known.set(relative, created);
    try {
      await created;
    } catch (error) {
      this.known.delete(relative);
      throw error;
    }
  }

  /** Clears the cache, after a directory was removed by another process or an operator. */
  forget(): void {
    this.known.clear();
  }

  /** Makes the entries of the directory durable; concurrent callers share one fsync. */
  async sync(relative: string): Promise<void> {
    const sync = this.syncs.get(relative) ?? new DirectorySync(join(this.root, relative));
    this.syncs.set(relative, sync);
    try {
      await sync.sync();
    } finally {
      if (sync.idle) this.syncs.delete(relative);
    }
  }

  private async create(relative: string): Promise<void> {
    const parent = dirname(relative);
    await this.ensure(parent);
    try {
      await mkdir(join(this.root, relative));
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    await this.sync(parent);
  }
}

/** Creates a directory and its parents, and makes each new entry durable. */
export async function createDurably(directory: string): Promise<void> {
  const firstCreated = await mkdir(directory, { recursive: true });
  if (firstCreated === undefined) return;
  for (let path = directory; path.length >= firstCreated.length; path = dirname(path))
    await new DirectorySync(dirname(path)).sync();
}
