import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryDirectory } from '#antenna/testing';
import { describeCrashIndex } from '../crash-index.contract.js';
import { openCrashSearch } from '../open-crash-search.js';
import { CrashIndex } from './crash-index.js';

describeCrashIndex('SQLite', async () => {
  const directory = await temporaryDirectory();
  const path = join(directory.path, 'crashes.sqlite');
  const feed = await CrashIndex.open(path);
  const search = openCrashSearch(path);
  return {
    feed,
    search,
    refresh: () => Promise.resolve(),
    async empty() {
      await feed.remove(feed.entries('', 10_000).map(({ crashId }) => crashId));
      const database = new DatabaseSync(path);
      const left = ['crash', 'crash_id', 'term', 'module_list'].map(
        (table) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'],
      );
      database.close();
      if (left.some((count) => count !== 0)) throw new Error(`left after removal: ${left.join()}`);
    },
    async close() {
      await search.close();
      feed.close();
      await directory.remove();
    },
  };
});
