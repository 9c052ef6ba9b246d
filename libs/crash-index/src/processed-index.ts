import type { BlobStore } from '#antenna/blob-store';
import type { ProcessedCrash } from '#antenna/processed-crash';
import type { Logger, Metrics } from '#antenna/telemetry';
import { KeptIndex } from './kept-index.js';
import type { OpenSearchOptions } from './open-search/connection.js';
import { OpenSearchCrashIndex } from './open-search/open-search-crash-index.js';
import { SharedIndex } from './shared-index.js';

/** Takes what a processor makes of crashes. A failure of the index alone rejects nothing. */
export interface ProcessedIndex {
  /** Adds a processed crash that has been stored, or replaces what is known of it. @throws BlobStoreError */
  put(crash: ProcessedCrash): Promise<void>;
  /** Removes a crash that was erased. @throws BlobStoreError */
  remove(crashId: string): Promise<void>;
}

/** Where the index is: in OpenSearch, or else in a SQLite file at `location`. */
export interface CrashIndexLocation {
  readonly location: string | undefined;
  readonly openSearch: OpenSearchOptions | undefined;
}

/** Crashes wait for it at most once: then they are not written until it answers again. */
const timeoutMs = 5000;

/**
 * Opens the configured index, which follows the store until it is closed; undefined if none is configured. Sends no request,
 * so a processor can start while it is away.
 */
export function openProcessedIndex(
  { location, openSearch, keepMs }: CrashIndexLocation & { readonly keepMs: number },
  parts: { readonly store: BlobStore; readonly logger: Logger; readonly metrics: Metrics },
): KeptIndex | SharedIndex | undefined {
  if (openSearch) {
    const index = new OpenSearchCrashIndex({ ...openSearch, timeoutMs });
    return new SharedIndex({ ...parts, index, keepMs });
  }
  return location === undefined ? undefined : new KeptIndex({ ...parts, path: location });
}
