import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing } from '#antenna/errors';

/**
 * The last valid ruleset of a service as a JSON file, for a start while the ruleset's source is down or invalid.
 * The service chooses the structure of the JSON.
 */
export class RulesetCache {
  private readonly draft: string;
  private writing: Promise<void> = Promise.resolve();

  constructor(readonly file: string) {
    this.draft = `${file}.new`;
  }

  /** The JSON; undefined if nothing has been cached yet. */
  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.file, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Replaces the file atomically: if the process is killed meanwhile, the old content remains. */
  async write(content: string | Uint8Array): Promise<void> {
    // All writes use the same draft, so that each one waits for the one before.
    this.writing = this.writing
      .catch(() => undefined)
      .then(async () => await this.replace(content));
    await this.writing;
  }

  /** Removes the draft of a process that was killed while writing; call it at the start. */
  async sweep(): Promise<void> {
    await rm(this.draft, { force: true });
  }

  private async replace(content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    const handle = await open(this.draft, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(this.draft, this.file);
  }
}
