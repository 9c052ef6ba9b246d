import { join } from 'node:path';
import {
  CrashIndex,
  type CrashSearch,
  type IndexedFacts,
  openCrashSearch,
} from '#antenna/crash-index';
import { indexedFacts, temporaryDirectory } from '#antenna/testing';

/** A real index in a SQLite file, in a directory of its own. */
export interface SeededIndex {
  readonly path: string;
  readonly search: CrashSearch;
  /** Adds crashes with these facts. */
  add(count: number, facts: Partial<IndexedFacts>): Promise<void>;
  close(): Promise<void>;
}

export async function seededIndex(): Promise<SeededIndex> {
  const directory = await temporaryDirectory();
  const path = join(directory.path, 'crashes.sqlite');
  const index = await CrashIndex.open(path);
  const search = openCrashSearch(path);
  return {
    path,
    search,
    add: async (count, facts) => {
      const crashes = Array.from({ length: count }, () => indexedFacts(facts));
      await index.put(crashes, Date.now());
    },
    close: async () => {
      await search.close();
      index.close();
      await directory.remove();
    },
  };
}
