import type { MeasurementContext } from '../measurements/context.js';
import type { CrashStatsFigures } from './crash-stats-report.js';
import { type IndexFigures, measureIndex, type MeasuredIndex } from './measure-index.js';
import { withOpenSearch } from './open-search-index.js';
import { withSqlite } from './sqlite-index.js';

/** The time after the last crash: figures must not depend on today. */
const until = Date.UTC(2026, 10, 29);

/** What an index of crashes costs, and how fast it answers what the pages ask. */
export async function measureCrashStats(context: MeasurementContext): Promise<CrashStatsFigures> {
  const { newFolder, plan, progress } = context;
  const { sqliteCrashes, openSearchCrashes, rounds } = plan.crashStats;
  const startedAt = performance.now();
  const measure = (name: string, crashes: number) => {
    const shown = (text: string): void => progress(`${name}: ${text}`);
    return async (index: MeasuredIndex): Promise<IndexFigures> =>
      await measureIndex(index, { crashes, rounds, until }, shown);
  };
  const sqlite = await withSqlite(await newFolder(), measure('SQLite', sqliteCrashes));
  const openSearch = await withOpenSearch(measure('OpenSearch', openSearchCrashes));
  return { seconds: Math.round((performance.now() - startedAt) / 1000), sqlite, openSearch };
}
