import type { BlobStore } from '#antenna/blob-store';
import { type CrashLayout, v1Layout } from './crash-layout.js';
import { datesIn, detectLayout } from './detect-layout.js';
import { StoredCrash } from './stored-crash.js';

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

  /** The dates of the stored crashes as `YYYYMMDD`, in order. */
  async *dates(): AsyncGenerator<string> {
    const layout = await this.layout();
    if (layout) yield* datesIn(this.store, layout);
  }

  /**
   * The ids of the crashes of a date, sorted. The raw crash is written last, so these crashes are complete.
   * @param date `YYYYMMDD`
   * @param options.after continues after this crash id
   */
  async *crashIds(date: string, options: { readonly after?: string } = {}): AsyncGenerator<string> {
    const layout = await this.layout();
    if (!layout) return;
    const { rawCrashEnding: ending } = layout;
    const prefix = layout.rawCrashes(date);
    const after = options.after === undefined ? undefined : `${prefix}${options.after}${ending}`;
    for await (const { key } of this.store.list(prefix, { after })) {
      const crashId = key.slice(prefix.length, key.length - ending.length);
      if (key.endsWith(ending) && layout.isCrashId(crashId)) yield crashId;
    }
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
}
