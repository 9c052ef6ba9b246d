import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import { isMissing } from '#antenna/errors';

/** Keeps the last valid ruleset on the local disk, for a start while throttle-config is unavailable. */
export class RulesetCache {
  private readonly draft: string;

  constructor(private readonly file: string) {
    this.draft = `${file}.new`;
  }

  /** Returns canonical JSON, or undefined when there is no cached ruleset. */
  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.file, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Replaces the cached ruleset atomically: if the process is killed, the old one remains. */
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

  /** Removes the draft of a process that was killed during `write`. */
  async sweep(): Promise<void> {
    await rm(this.draft, { force: true });
  }
}
