import type { BlobStore } from '#antenna/blob-store';
import { errorMessage } from '#antenna/errors';
import type { ProcessedCrash } from '#antenna/processed-crash';
import type { Logger, Metrics } from '#antenna/telemetry';
import { pause } from '#antenna/time';
import { CrashIndexError } from './crash-index-error.js';
import { indexedCrash } from './indexed-facts.js';
import { indexPending, markPending } from './pending-crashes.js';
import { type PutEntry, WriteBatches } from './write-batches.js';
import type { OpenSearchCrashIndex } from './open-search/open-search-crash-index.js';

/** Between two looks for markers of others, and until an index that was away is tried again. */
const intervalMs = 60_000;
const firstRetryMs = 1000;
const expiryIntervalMs = 60 * 60 * 1000;

export interface SharedIndexOptions {
  /** Closed with this. */
  readonly index: OpenSearchCrashIndex;
  /** Of the processed crashes, and of the markers of those that could not be written. */
  readonly store: BlobStore;
  readonly keepMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now?: () => number;
  readonly retryMs?: number;
}

/**
 * An index that several processors write. A crash that cannot be written gets a marker in the crash store, and any
 * processor writes it when the index is back, so that nothing is forgotten by a restart.
 */
export class SharedIndex {
  private readonly batches: WriteBatches;
  private readonly stopping = new AbortController();
  /** Ends the wait for the next look. */
  private waiting = new AbortController();
  /** Until it has taken a write again, crashes get a marker at once. */
  private isAway = false;
  private isFailing = false;
  private expireAt = 0;
  private readonly running: Promise<void>;

  constructor(private readonly options: SharedIndexOptions) {
    this.batches = new WriteBatches(options.index);
    this.running = this.keep();
  }

  /**
   * Adds a processed crash that has been stored, or replaces what is known of it.
   * @throws BlobStoreError if neither the index nor the store of markers can be written
   */
  async put(crash: ProcessedCrash): Promise<void> {
    const at = this.now();
    await this.write(crash.uuid, at, async () => {
      await this.batches.put({ facts: indexedCrash(crash), at });
    });
  }

  /** Removes a crash that was erased. @throws BlobStoreError as {@link put} */
  async remove(crashId: string): Promise<void> {
    const before = this.now() + 1;
    await this.write(crashId, before, async () => {
      await this.options.index.remove([crashId], before);
    });
  }

  /** After the last put. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.options.index.close();
  }

  private async write(crashId: string, at: number, work: () => Promise<void>): Promise<void> {
    if (!this.isAway) {
      try {
        await work();
        return;
      } catch (error) {
        this.report('put', error);
        this.waiting.abort();
      }
    }
    await markPending(this.options.store, crashId, at);
  }

  private async keep(): Promise<void> {
    const { signal } = this.stopping;
    const { retryMs = firstRetryMs } = this.options;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.catchUp();
        failures = 0;
      } catch (error) {
        this.report('catch_up', error);
        failures += 1;
      }
      this.waiting = new AbortController();
      if (!this.isAway) await pause(intervalMs, AbortSignal.any([signal, this.waiting.signal]));
      if (this.isAway) await pause(Math.min(retryMs * 2 ** failures, intervalMs), signal);
    }
  }

  private async catchUp(): Promise<void> {
    const { index, store, logger } = this.options;
    const { signal } = this.stopping;
    await index.check();
    const found = await indexPending(store, {
      now: () => this.now(),
      signal,
      put: async (entries) => await this.putAll(entries),
      remove: async (crashIds, before) => await index.remove(crashIds, before),
      onWritten: () => (this.isAway = false),
      onUnreadable: (crashId, error) =>
        logger.warn(`${crashId} waits for the index: ${error.message}`, { error }),
    });
    if (signal.aborted) return;
    this.isAway = false;
    if (this.isFailing || found > 0)
      logger.info(`the index of crashes has caught up: ${found} of them`, { crashes: found });
    this.isFailing = false;
    if (this.now() >= this.expireAt) await this.expire();
  }

  /** A crash that the index refuses, which is a bug, must not keep others out. */
  private async putAll(entries: readonly PutEntry[]): Promise<void> {
    const { index, logger } = this.options;
    try {
      await index.putAll(entries);
    } catch (error) {
      if (!isRefused(error)) throw error;
      const [only] = entries;
      if (entries.length <= 1) {
        const crashId = only?.facts.crash_id;
        logger.error(`${crashId} is left out of the index: ${errorMessage(error)}`, { error });
        return;
      }
      const half = entries.length >> 1;
      await this.putAll(entries.slice(0, half));
      await this.putAll(entries.slice(half));
    }
  }

  /** Every processor does it: there is no other that would, and it costs one request. */
  private async expire(): Promise<void> {
    const { index, keepMs, logger } = this.options;
    const names = await index.expire(this.now() - keepMs);
    this.expireAt = this.now() + expiryIntervalMs;
    if (names.length > 0) logger.info(`deleted old indices: ${names.join(', ')}`);
  }

  private report(operation: 'put' | 'catch_up', error: unknown): void {
    const { logger, metrics } = this.options;
    metrics.increment('antenna.index.failures', { operation });
    this.isAway = true;
    if (!this.isFailing) {
      const problem = `the index of crashes is away; they wait in the crash store: ${errorMessage(error)}`;
      logger.warn(problem, { error });
    }
    this.isFailing = true;
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof CrashIndexError && error.code === 'refused';
}
