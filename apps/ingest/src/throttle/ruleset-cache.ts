import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isNativeError } from 'node:util/types';

/** The last good ruleset on this machine's disk, for a start while throttle-config is away. */
export class RulesetCache {
  constructor(private readonly file: string) {}

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
    const temporary = `${this.file}.new`;
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(canonicalJson);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, this.file);
  }
}
