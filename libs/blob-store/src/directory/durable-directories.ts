import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from './blob-file-error.js';
import { DirectorySync } from './directory-sync.js';

/** Enough for years of dates times dump names; beyond it the knowledge is simply gathered again. */
const maxKnown = 10_000;

/**
 * Directories below a root whose own entries, all the way up to the root, are known to be durable.
 * A directory that exists already is not trusted: the process that made it may have been killed before
 * its fsync, so the first use in each process syncs the parent once.
 */
export class DurableDirectories {
  private readonly syncs = new Map<string, DirectorySync>();
  private readonly known = new Map<string, Promise<void>>();

  constructor(readonly root: string) {}

  /** Creates the directory (relative to the root, slash-separated) and makes its path durable. */
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

  /** Forgets what is known, after a directory turned out to have been removed by somebody else. */
  forget(): void {
    this.known.clear();
  }

  /** Makes the entries of the directory durable, sharing the fsync with concurrent callers. */
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

/** Creates a directory with its parents, and makes durable the entry of each one that was created. */
export async function createDurably(directory: string): Promise<void> {
  const firstCreated = await mkdir(directory, { recursive: true });
  if (firstCreated === undefined) return;
  for (let path = directory; path.length >= firstCreated.length; path = dirname(path))
    await new DirectorySync(dirname(path)).sync();
}
