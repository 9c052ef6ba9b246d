import { stat } from 'node:fs/promises';
import {
  CrashIndex,
  type CrashFeed,
  type CrashSearch,
  openCrashSearch,
  OpenSearchCrashIndex,
  type WeekIndex,
} from '#antenna/crash-index';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { indexFileOf } from '../processed/open-index.js';
import { configOf } from '../stored/open-backend.js';

/** An index of crashes of either kind. */
export interface ConfiguredIndex {
  /** URL or path, for messages. */
  readonly location: string;
  readonly search: CrashSearch;
  readonly feed: CrashFeed;
  /** Bytes, and the weeks where there are any. */
  size(): Promise<{ readonly bytes: number; readonly weeks?: readonly WeekIndex[] }>;
  close(): Promise<void>;
}

/** The index in OpenSearch that `CRASH_INDEX` names; undefined if it names none. @throws CliError */
export async function openSearchIndex({
  environment,
}: CliContext): Promise<OpenSearchCrashIndex | undefined> {
  // The settings load the services' frameworks: commands without an index start faster.
  if ((environment['CRASH_INDEX'] ?? '') === '') return undefined;
  const { CrashFeedConfig } = await import('#antenna/backends');
  const { openSearch } = await configOf(CrashFeedConfig, environment);
  return openSearch && new OpenSearchCrashIndex(openSearch);
}

/**
 * The index that `CRASH_INDEX` names, or the file that `npm start` keeps of these crashes.
 * @param access with `write`, a missing or damaged file becomes an empty one
 * @throws CliError, CrashIndexError
 */
export async function openConfiguredIndex(
  crashes: StoredCrashes,
  context: CliContext,
  access: 'read' | 'write',
): Promise<ConfiguredIndex> {
  const location = context.environment['CRASH_INDEX'] ?? '';
  const index = await openSearchIndex(context);
  if (index) {
    return {
      location,
      search: index,
      feed: index,
      async size() {
        const weeks = await index.weeks();
        return { bytes: weeks.reduce((sum, { bytes }) => sum + bytes, 0), weeks };
      },
      close: async () => await index.close(),
    };
  }
  const path = location === '' ? await indexFileOf(crashes) : location;
  if (path === undefined)
    throw new CliError('there is no index of these crashes: set CRASH_INDEX to its URL or file');
  const feed =
    access === 'write' ? await CrashIndex.open(path) : await CrashIndex.openExisting(path, 'read');
  const search = openCrashSearch(path);
  return {
    location: path,
    search,
    feed,
    size: async () => ({ bytes: (await stat(path)).size }),
    async close() {
      await search.close();
      feed.close();
    },
  };
}
