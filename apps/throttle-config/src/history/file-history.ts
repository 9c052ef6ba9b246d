import { readFile, rename } from 'node:fs/promises';

import { errorMessage, isMissing } from '#antenna/errors';
import { RulesetCache } from '#antenna/service';
import type { Logger } from '#antenna/telemetry';

import type { HistoryEntry } from './history-entry.js';
import { decodeHistory, encodeHistory } from './history-format.js';
import type { HistoryChange, HistoryStore } from './history-store.js';

/** Keeps the history in a file, which only this process writes. */
export class FileHistory implements HistoryStore {
  private readonly writer: RulesetCache;
  private entries: readonly HistoryEntry[] | undefined;

  constructor(
    private readonly file: string,
    private readonly logger: Logger,
  ) {
    this.writer = new RulesetCache(file);
  }

  async read(): Promise<readonly HistoryEntry[]> {
    this.entries ??= await this.load();
    return this.entries;
  }

  async change(change: HistoryChange): Promise<void> {
    const entries = change(await this.read());
    await this.writer.write(await encodeHistory(entries));
    this.entries = entries;
  }

  private async load(): Promise<readonly HistoryEntry[]> {
    await this.writer.sweep();
    try {
      return await decodeHistory(await readFile(this.file));
    } catch (error) {
      if (isMissing(error)) return [];
      const aside = `${this.file}.unreadable`;
      await rename(this.file, aside);
      this.logger.warn(
        `the history of the rules cannot be read, and is now ${aside}: ${errorMessage(error)}`,
      );
      return [];
    }
  }
}
