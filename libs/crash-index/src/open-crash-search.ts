import type { CrashSearch } from './crash-search.js';
import { SqliteSearch } from './sqlite/sqlite-search.js';

const queryDeadlineMs = 10_000;

/**
 * Opens nothing yet: each method rejects with a CrashIndexError while there is no index.
 * @param location path of a SQLite file
 * @param deadlineMs for each query, in milliseconds
 */
export function openCrashSearch(location: string, deadlineMs = queryDeadlineMs): CrashSearch {
  return new SqliteSearch(location, deadlineMs);
}
