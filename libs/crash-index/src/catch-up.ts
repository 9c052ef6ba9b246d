import type { BlobStore } from '#antenna/blob-store';
import { isCrashId } from '#antenna/crash-report';
import { readProcessedCrash } from '#antenna/processed-crash';
import type { CrashIndex, IndexEntry } from './sqlite/crash-index.js';
import { indexedCrash } from './indexed-facts.js';
import { isOfOneObject } from './pending-crashes.js';

const prefix = 'v1/processed_crash/';

export interface CaughtUp {
  added: number;
  removed: number;
}

/** Rows that are read at once. */
const pageSize = 1000;

/**
 * Makes the index equal to what is stored: adds crashes that are missing or were processed again, and removes those that
 * were erased. Reads every key, but only the processed crashes that are new. Others may write to the index meanwhile.
 * @throws BlobStoreError for a crash that the store refuses to give, after all others
 */
export async function catchUp(
  index: CrashIndex,
  store: BlobStore,
  { now, signal }: { readonly now: () => number; readonly signal: AbortSignal },
): Promise<CaughtUp> {
  const startedAt = now();
  const result: CaughtUp = { added: 0, removed: 0 };
  let refused: unknown;
  const entries = entriesOf(index);
  let entry = entries.next().value;
  const removeUpTo = async (crashId: string): Promise<void> => {
    for (; entry !== undefined && entry.crashId < crashId; entry = entries.next().value) {
      if (signal.aborted) return;
      // It may have been stored since the listing was read.
      if ((await store.size(prefix + entry.crashId)) !== undefined) continue;
      await index.remove([entry.crashId], startedAt);
      result.removed += 1;
    }
  };
  for await (const { key, modifiedAt } of store.list(prefix)) {
    if (signal.aborted) return result;
    const crashId = key.slice(prefix.length);
    if (!isCrashId(crashId)) continue;
    await removeUpTo(crashId);
    const indexedAt = entry?.crashId === crashId ? entry.indexedAt : undefined;
    if (indexedAt !== undefined) entry = entries.next().value;
    if (indexedAt !== undefined && modifiedAt.getTime() <= indexedAt) continue;
    // What is put while this reads is newer.
    const readAt = now() - 1;
    const crash = await readProcessedCrash(store, crashId).catch((error: unknown) => {
      if (!isOfOneObject(error)) throw error;
      refused = error;
      return undefined;
    });
    if (crash === undefined) continue;
    await index.put([{ ...indexedCrash(crash), crash_id: crashId }], readAt);
    result.added += 1;
  }
  // After every crash id.
  await removeUpTo('~');
  if (refused !== undefined) throw refused;
  if (!signal.aborted) index.setComplete();
  return result;
}

function* entriesOf(index: CrashIndex): Generator<IndexEntry, undefined> {
  let page: IndexEntry[] = [];
  do {
    page = index.entries(page.at(-1)?.crashId ?? '', pageSize);
    yield* page;
  } while (page.length === pageSize);
  return undefined;
}
