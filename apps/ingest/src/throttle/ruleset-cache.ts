import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isNativeError } from 'node:util/types';

/** The last good ruleset on this machine's disk, for a start while throttle-config is away. */
export class RulesetCache {
  private readonly draft: string;

  constructor(private readonly file: string) {
    this.draft = `${file}.new`;
  }

  /** Canonical JSON, or undefined when nothing was cached yet. */
  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.file, 'utf8');
    } catch (error) {
      if (isNativeError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Replaces the cached ruleset whole: a process killed meanwhile leaves the old one. */
  async write(canonicalJson: string): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    const handle = await open(this.draft, 'w', 0o600);
    try {
      await handle.writeFile(canonicalJson);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(this.draft, this.file);
  }

  /** For a start: removes what a process left that was killed while it wrote. */
  async sweep(): Promise<void> {
    await rm(this.draft, { force: true });
  }
}
