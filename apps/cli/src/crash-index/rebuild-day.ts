import { indexedCrash, type IndexedFacts } from '#antenna/crash-index';
import { readProcessedCrash } from '#antenna/processed-crash';
import type { StoredCrashes } from '#antenna/stored-crashes';
import { inParallel } from '../in-parallel.js';
import type { ConfiguredIndex } from './configured-index.js';
import { indexedIds } from './indexed-ids.js';

/** Crashes that are put at once. */
const batchSize = 100;
/** Processed crashes that are read at the same time: most have below 1 MiB. */
const parallelReads = 16;

export interface RebuildCounts {
  examined: number;
  indexed: number;
  removed: number;
}

interface RebuildOptions {
  readonly crashes: StoredCrashes;
  readonly index: Pick<ConfiguredIndex, 'search' | 'feed'>;
  readonly now: () => Date;
  /** Ends it after the current batch. */
  readonly interrupted: AbortSignal;
  readonly counts: RebuildCounts;
}

/**
 * Puts the processed crashes of a day into the index, and removes its entries of this day whose processed crash is gone.
 * Repeating it does no harm; others may write meanwhile.
 * @param day `YYYYMMDD`
 */
export async function rebuildDay(day: string, options: RebuildOptions): Promise<void> {
  const { crashes, index, interrupted } = options;
  const stored = crashes.crashIds(day);
  let next = await stored.next();
  for await (const { prefix, crashIds } of indexedIds(index.search, day)) {
    const gone = new Set(crashIds);
    const isOfPart = (): boolean => next.done !== true && next.value < `${prefix}~`;
    while (isOfPart()) {
      const batch: string[] = [];
      for (; isOfPart() && batch.length < batchSize; next = await stored.next())
        batch.push(String(next.value));
      if (interrupted.aborted) return;
      for (const crashId of await putBatch(batch, options)) gone.delete(crashId);
    }
    if (interrupted.aborted) return;
    await removeGone([...gone], options);
  }
}

/** Returns those that are processed. */
async function putBatch(
  batch: readonly string[],
  { crashes, index, now, counts }: RebuildOptions,
): Promise<readonly string[]> {
  const readAt = now().getTime();
  const found: IndexedFacts[] = [];
  await inParallel(batch, parallelReads, async (crashId) => {
    const crash = await readProcessedCrash(crashes.store, crashId);
    if (crash) found.push({ ...indexedCrash(crash), crash_id: crashId });
  });
  await index.feed.put(found, readAt);
  counts.examined += batch.length;
  counts.indexed += found.length;
  return found.map(({ crash_id: id }) => id);
}

async function removeGone(
  candidates: readonly string[],
  { crashes, index, now, counts }: RebuildOptions,
): Promise<void> {
  const before = now().getTime();
  for (let start = 0; start < candidates.length; start += batchSize) {
    const gone: string[] = [];
    await inParallel(candidates.slice(start, start + batchSize), parallelReads, async (crashId) => {
      // It may have been processed since the listing was read, or its raw crash alone may be gone.
      if ((await readProcessedCrash(crashes.store, crashId)) === undefined) gone.push(crashId);
    });
    if (gone.length === 0) continue;
    await index.feed.remove(gone, before);
    counts.removed += gone.length;
  }
}
