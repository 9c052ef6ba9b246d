import type { IndexedFacts } from './crash-fields.js';
import type { CrashQuery, GroupRequest, Groups, ResultWindow } from './crash-query.js';

/** Finds and counts processed crashes. Every method rejects with CrashIndexError; `code` says whether to try again. */
export interface CrashSearch {
  find(crashId: string): Promise<IndexedFacts | undefined>;
  /** `total` counts all that were found. */
  search(
    query: CrashQuery,
    window: ResultWindow,
  ): Promise<{ readonly total: number; readonly crashes: readonly IndexedFacts[] }>;
  /** One result for each request, in order. `total` counts the crashes of the query. */
  groups(
    query: CrashQuery,
    requests: readonly GroupRequest[],
  ): Promise<{ readonly total: number; readonly groups: readonly Groups[] }>;
  /** When each signature was received first, in epoch milliseconds, of all that the index has. */
  firstSeen(signatures: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Rejects if the index cannot be used now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Writes to an index. Every method rejects with CrashIndexError. */
export interface CrashFeed {
  /**
   * Adds crashes, or replaces what is known of them.
   * @param at when the processed crashes were read or written, in epoch milliseconds; a newer entry is kept
   */
  put(crashes: readonly IndexedFacts[], at: number): Promise<void>;
  /** @param before leaves an entry of this time or later, in epoch milliseconds */
  remove(crashIds: readonly string[], before: number): Promise<void>;
}
