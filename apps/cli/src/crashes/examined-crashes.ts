import type { IndexedFacts } from '#antenna/crash-index';
import type { JsonValue } from '#antenna/crash-report';
import { type ListedCrash, type StoredCrashes, StoredCrashesError } from '#antenna/stored-crashes';
import type { CrashFilter } from './crash-filter.js';

/** A crash that passed a filter, with its raw crash if it was read. */
export interface ExaminedCrash extends ListedCrash {
  readonly rawCrash?: JsonValue;
  /** What its processed crash says, if that was looked for and there is one. */
  readonly processed?: IndexedFacts | undefined;
}

/** What a caller needs of each crash besides the filter. */
export interface ExamineOptions {
  readonly readsRawCrash: boolean;
  /** Undefined when processed crashes are not needed. */
  readonly findProcessed?: ((crashId: string) => Promise<IndexedFacts | undefined>) | undefined;
  /** By the signature, which is undefined for a crash that is not processed; only with `findProcessed`. */
  readonly matchesSignature?: ((signature: string | undefined) => boolean) | undefined;
  /** Gets the message for a raw crash that is not JSON, which passes no filter. */
  readonly onDamaged: (message: string) => void;
}

/** Raw crashes that are read at the same time: most have a few dozen KiB, the largest 16 MiB. */
const parallelReads = 16;

/**
 * The crashes that pass the filter, in the order of the listing. Raw crashes are read only if the filter or the caller
 * needs them; those that were deleted meanwhile are left out.
 */
export async function* examined(
  crashes: StoredCrashes,
  listing: AsyncIterable<ListedCrash>,
  filter: CrashFilter,
  { readsRawCrash, findProcessed, matchesSignature, onDamaged }: ExamineOptions,
): AsyncGenerator<ExaminedCrash> {
  const needsRawCrash = filter.readsRawCrash || readsRawCrash;
  if (!needsRawCrash && !findProcessed) {
    yield* listing;
    return;
  }
  const read = async (listed: ListedCrash): Promise<ExaminedCrash | undefined> => {
    const processed = await findProcessed?.(listed.crashId);
    if (matchesSignature?.(processed?.signature) === false) return undefined;
    if (!needsRawCrash) return { ...listed, processed };
    try {
      const rawCrash = await crashes.rawCrash(listed.crashId);
      return rawCrash !== undefined && filter.matches(rawCrash)
        ? { ...listed, rawCrash, processed }
        : undefined;
    } catch (error) {
      if (!(error instanceof StoredCrashesError)) throw error;
      onDamaged(error.message);
      return undefined;
    }
  };
  for await (const batch of inBatches(listing, parallelReads))
    for (const crash of await Promise.all(batch.map(read))) if (crash) yield crash;
}

/** All crashes of the days of a filter, in the order of days and ids. */
export async function* listedCrashes(
  crashes: StoredCrashes,
  { range }: CrashFilter,
): AsyncGenerator<ListedCrash> {
  for await (const date of crashes.dates(range)) yield* crashes.list(date);
}

export async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
