import type { CrashSearch } from './crash-search.js';
import type { OpenSearchOptions } from './open-search/connection.js';
import { OpenSearchCrashIndex } from './open-search/open-search-crash-index.js';
import { SqliteSearch } from './sqlite/sqlite-search.js';

const queryDeadlineMs = 10_000;

/**
 * Opens nothing yet: each method rejects with a CrashIndexError while there is no index.
 * @param location OpenSearch, or the path of a SQLite file
 * @param deadlineMs for each query, in milliseconds
 */
export function openCrashSearch(
  location: OpenSearchOptions | string,
  deadlineMs = queryDeadlineMs,
): CrashSearch {
  return typeof location === 'string'
    ? new SqliteSearch(location, deadlineMs)
    : new OpenSearchCrashIndex({ timeoutMs: deadlineMs, ...location });
}
