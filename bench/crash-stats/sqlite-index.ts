import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { CrashIndex, openCrashSearch } from '#antenna/crash-index';

import type { MeasuredIndex } from './measure-index.js';

/** A query that takes longer fails the benchmark. */
const deadlineMs = 60_000;

/** Measures an index in a new file of the folder. */
export async function withSqlite<T>(
  folder: string,
  measure: (index: MeasuredIndex) => Promise<T>,
): Promise<T> {
  const path = join(folder, 'crashes.sqlite');
  const feed = await CrashIndex.open(path);
  const search = openCrashSearch(path, deadlineMs);
  try {
    return await measure({
      feed,
      search,
      async cpuMs() {
        // Its threads are those of this process.
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
      },
      // It has been written since the transaction ended.
      settle: async () => await search.check(),
      async bytes() {
        const files = await Promise.all(
          ['', '-wal'].map(async (ending) => await stat(path + ending)),
        );
        return files.reduce((sum, { size }) => sum + size, 0);
      },
    });
  } finally {
    await search.close();
    feed.close();
  }
}
