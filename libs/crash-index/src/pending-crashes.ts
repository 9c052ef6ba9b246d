import { randomBytes } from 'node:crypto';
import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import { isCrashId } from '#antenna/crash-report';
import { type ProcessedCrash, readProcessedCrash } from '#antenna/processed-crash';
import { indexedCrash } from './indexed-facts.js';
import type { PutEntry } from './write-batches.js';

/** `v1/index_pending/<crash id>.<epoch milliseconds>`, empty. */
const prefix = 'v1/index_pending/';
const batchSize = 100;
/** Processed crashes that are read at the same time: most have below 1 MiB. */
const parallelReads = 8;

/**
 * Notes durably that the index has to be made to agree with the store for a crash. Every time has a marker of its own: who
 * deletes one that was handled must not delete one that came meanwhile.
 * @throws BlobStoreError
 */
export async function markPending(store: BlobStore, crashId: string, at: number): Promise<void> {
  await store.put(`${prefix}${crashId}.${at}`, Buffer.alloc(0));
}

/** How many markers there are. @throws BlobStoreError */
export async function pendingCount(store: BlobStore): Promise<number> {
  let count = 0;
  for await (const _ of store.list(prefix)) count += 1;
  return count;
}

interface PendingOptions {
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly put: (entries: readonly PutEntry[]) => Promise<void>;
  readonly remove: (crashIds: readonly string[], before: number) => Promise<void>;
  /** After each batch. */
  readonly onWritten: () => void;
  /** A crash that the store refuses to give; its marker stays, and the others go on. */
  readonly onUnreadable: (crashId: string, error: BlobStoreError) => void;
}

/**
 * Writes the crashes that have a marker, or removes those that are no longer stored. Several processes may do so at the same
 * time; each begins at another place.
 * @returns the number of markers that were handled, with those that stay
 */
export async function indexPending(store: BlobStore, options: PendingOptions): Promise<number> {
  const middle = prefix + randomBytes(4).toString('hex');
  let handled = 0;
  for (const [after, until] of [
    [middle, '~'],
    [undefined, middle],
  ] as const) {
    let batch: string[] = [];
    for await (const { key } of store.list(prefix, { after })) {
      if (options.signal.aborted || key > until) break;
      if (!isCrashId(crashIdIn(key))) continue;
      batch.push(key);
      if (batch.length < batchSize) continue;
      await settle(store, batch, options);
      handled += batch.length;
      batch = [];
    }
    if (options.signal.aborted) break;
    if (batch.length > 0) await settle(store, batch, options);
    handled += batch.length;
  }
  return handled;
}

async function settle(
  store: BlobStore,
  keys: readonly string[],
  { now, put, remove, onWritten, onUnreadable }: PendingOptions,
): Promise<void> {
  const readAt = now();
  const entries: PutEntry[] = [];
  const gone: string[] = [];
  const unreadable = new Set<string>();
  await inTurns([...new Set(keys.map(crashIdIn))], async (crashId) => {
    let crash: ProcessedCrash | undefined;
    try {
      crash = await readProcessedCrash(store, crashId);
    } catch (error) {
      if (!isOfOneObject(error)) throw error;
      unreadable.add(crashId);
      onUnreadable(crashId, error);
      return;
    }
    if (crash) entries.push({ facts: { ...indexedCrash(crash), crash_id: crashId }, at: readAt });
    else gone.push(crashId);
  });
  if (entries.length > 0) await put(entries);
  if (gone.length > 0) await remove(gone, readAt + 1);
  onWritten();
  const settled = keys.filter((key) => !unreadable.has(crashIdIn(key)));
  await inTurns(settled, async (key) => await store.delete(key));
}

/** A failure of the store that says nothing of its other objects, such as a refusal. */
export function isOfOneObject(error: unknown): error is BlobStoreError {
  return error instanceof BlobStoreError && !['unavailable', 'timeout'].includes(error.code);
}

function crashIdIn(key: string): string {
  return key.slice(prefix.length).split('.', 1)[0] ?? '';
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: parallelReads }, async () => {
      for (const item of left) await work(item);
    }),
  );
}
