import type { BlobStore } from '#antenna/blob-store';
import { type CrashLayout, fileSystemLayout, v1Layout } from './crash-layout.js';

const datePattern = /^\d{8}$/;

/** The layout of the crashes in a store; undefined while it has none. */
export async function detectLayout(store: BlobStore): Promise<CrashLayout | undefined> {
  if ((await firstKey(store, 'v1/')) !== undefined) return v1Layout;
  for await (const date of datesIn(store, fileSystemLayout)) {
    if ((await firstKey(store, fileSystemLayout.rawCrashes(date))) !== undefined)
      return fileSystemLayout;
  }
  return undefined;
}

/** Days as `YYYYMMDD`; both ends are included. */
export interface DateRange {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The dates that have objects, in order. Needs one request for each folder beside them. */
export async function* datesIn(
  store: BlobStore,
  { dates }: CrashLayout,
  { since = '', until = '~' }: DateRange = {},
): AsyncGenerator<string> {
  let key = await firstKey(store, dates, dates + since);
  while (key !== undefined) {
    const [folder = ''] = key.slice(dates.length).split('/', 1);
    if (folder > until) return;
    if (datePattern.test(folder)) yield folder;
    // A tilde sorts after every character of a key.
    key = await firstKey(store, dates, `${dates}${folder}/~`);
  }
}

/** The first key with this prefix, after another one if given. */
export async function firstKey(
  store: BlobStore,
  prefix: string,
  after?: string,
): Promise<string | undefined> {
  for await (const { key } of store.list(prefix, { after })) return key;
  return undefined;
}
