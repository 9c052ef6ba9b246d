import type { HistoryEntry } from './history-entry.js';

/** Returns the changed history. It can be called again if somebody else has changed the history meanwhile. */
export type HistoryChange = (entries: readonly HistoryEntry[]) => HistoryEntry[];

/** Where the accepted rulesets are kept; oldest first. A history that cannot be read is set aside, with a warning. */
export abstract class HistoryStore {
  /** @throws Error if the store does not answer */
  abstract read(): Promise<readonly HistoryEntry[]>;
  /** @throws Error if the history was not changed */
  abstract change(change: HistoryChange): Promise<void>;
}

/** For a source without a place for files: the history ends with the process. */
export class MemoryHistory implements HistoryStore {
  private entries: readonly HistoryEntry[] = [];

  async read(): Promise<readonly HistoryEntry[]> {
    return this.entries;
  }

  async change(change: HistoryChange): Promise<void> {
    this.entries = change(this.entries);
  }
}
