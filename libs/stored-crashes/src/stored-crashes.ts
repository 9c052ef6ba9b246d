import type { BlobStore } from '#antenna/blob-store';
import {
  isCrashId,
  type JsonValue,
  processedCrashFolder,
  processedCrashKey,
} from '#antenna/crash-report';
import { type CrashLayout, v1Layout } from './crash-layout.js';
import { type DateRange, datesIn, detectLayout, firstKey } from './detect-layout.js';
import { deleteObject, type EraseOptions, eraseCrash, rewriteRawCrash } from './change-crash.js';
import { readRawCrash, StoredCrash } from './stored-crash.js';

/** A crash in a listing. */
export interface ListedCrash {
  readonly crashId: string;
  /** Bytes of the raw crash. */
  readonly size: number;
  /** When the raw crash was written, by the store's clock. */
  readonly storedAt: Date;
}

interface ListOptions {
  /** Continues after this crash id. */
  readonly after?: string | undefined;
}

/** The crashes in a store. Listings are read page by page, so a store of any size fits in memory. */
export class StoredCrashes {
  private constructor(
    readonly store: BlobStore,
    /** Names the store in messages. */
    readonly location: string,
    private knownLayout: CrashLayout | undefined,
  ) {}

  /** The crash store of this collector. */
  static ofCollector(store: BlobStore, location: string): StoredCrashes {
    return new StoredCrashes(store, location, v1Layout);
  }

  /** A store whose layout is detected; it may be empty until a collector stores the first crash. */
  static ofAnyLayout(store: BlobStore, location: string): StoredCrashes {
    return new StoredCrashes(store, location, undefined);
  }

  /** Undefined while the store has no crash and its layout is therefore not known. */
  async layout(): Promise<CrashLayout | undefined> {
    this.knownLayout ??= await detectLayout(this.store);
    return this.knownLayout;
  }

  /**
   * The dates of the stored crashes as `YYYYMMDD`, in order.
   * @param range both ends are included
   */
  async *dates(range: DateRange = {}): AsyncGenerator<string> {
    const layout = await this.layout();
    if (layout) yield* datesIn(this.store, layout, range);
  }

  /**
   * The ids of the crashes of a date, sorted. The raw crash is written last, so these crashes are complete.
   * @param date `YYYYMMDD`
   */
  async *crashIds(date: string, options: ListOptions = {}): AsyncGenerator<string> {
    for await (const { crashId } of this.list(date, options)) yield crashId;
  }

  /** Like {@link crashIds}, with what the store knows of each raw crash. */
  async *list(date: string, options: ListOptions = {}): AsyncGenerator<ListedCrash> {
    const layout = await this.layout();
    if (!layout) return;
    const { rawCrashEnding: ending } = layout;
    const prefix = layout.rawCrashes(date);
    const after = options.after === undefined ? undefined : `${prefix}${options.after}${ending}`;
    for await (const { key, size, modifiedAt } of this.store.list(prefix, { after })) {
      const crashId = key.slice(prefix.length, key.length - ending.length);
      if (key.endsWith(ending) && layout.isCrashId(crashId))
        yield { crashId, size, storedAt: modifiedAt };
    }
  }

  /**
   * The raw crash alone; undefined as for {@link find}.
   * @throws StoredCrashesError when it is not JSON
   */
  async rawCrash(crashId: string): Promise<JsonValue | undefined> {
    const layout = await this.layout();
    if (!layout?.isCrashId(crashId)) return undefined;
    return await readRawCrash(this.store, layout, crashId);
  }

  /**
   * Undefined when the crash is not stored, or cannot be because the id is not valid.
   * @throws StoredCrashesError when a stored object is not JSON
   */
  async find(crashId: string): Promise<StoredCrash | undefined> {
    const layout = await this.layout();
    if (!layout?.isCrashId(crashId)) return undefined;
    return await StoredCrash.read(this.store, layout, crashId);
  }

  /** Whether the processors have stored what they made of a crash, at `v1/processed_crash/<crash id>`. */
  async isProcessed(crashId: string): Promise<boolean> {
    return isCrashId(crashId) && (await this.store.size(processedCrashKey(crashId))) !== undefined;
  }

  /** Whether the store has any processed crash. */
  async hasProcessed(): Promise<boolean> {
    return (await firstKey(this.store, processedCrashFolder)) !== undefined;
  }

  /**
   * Replaces the raw crash by what `change` makes of its bytes; after another writer was faster, it is read and changed
   * again.
   * @param change returns undefined to leave it as it is
   * @returns false when the crash is not stored
   */
  async rewriteRawCrash(
    crashId: string,
    change: (bytes: Buffer) => Promise<Buffer | undefined>,
  ): Promise<boolean> {
    const layout = await this.layout();
    if (!layout?.isCrashId(crashId)) return false;
    return await rewriteRawCrash(this.store, layout.rawCrash(crashId), change);
  }

  /** Deletes the processed crash, which a processor can make again. */
  async deleteProcessed(crashId: string, versions: EraseOptions['versions']): Promise<void> {
    if (isCrashId(crashId)) await deleteObject(this.store, processedCrashKey(crashId), versions);
  }

  /** Deletes the versions of the raw crash before the current one, which a bucket with versioning keeps. */
  async deleteOlderRawCrashes(crashId: string): Promise<void> {
    const layout = await this.layout();
    if (layout?.isCrashId(crashId) === true)
      await this.store.deleteVersions(layout.rawCrash(crashId), 'older');
  }

  /**
   * Deletes a crash: the raw crash first, so that no reader finds an incomplete one, then the dumps, the processed crash,
   * and last the names of the dumps, with which a repeated call completes an interrupted one.
   * @param options.versions whether the versions that a bucket keeps are deleted, too
   * @param options.rawCrash with `last`, the next listing finds a crash whose deletion was interrupted
   * @returns false when nothing of the crash is stored
   */
  async erase(crashId: string, options: EraseOptions): Promise<boolean> {
    const layout = await this.layout();
    if (!layout?.isCrashId(crashId)) return false;
    return await eraseCrash(this.store, layout, crashId, options);
  }
}
