import type { BlobStore } from '#antenna/blob-store';
import { errorMessage } from '#antenna/errors';
import type { ProcessedCrash } from '#antenna/processed-crash';
import type { Logger, Metrics } from '#antenna/telemetry';
import { pause } from '#antenna/time';
import { catchUp, type CaughtUp } from './catch-up.js';
import { CrashIndexError } from './crash-index-error.js';
import { CrashIndex } from './sqlite/crash-index.js';
import { removeIndexFile } from './sqlite/index-file.js';
import { indexedCrash } from './indexed-facts.js';

/** Between two comparisons of the index with what is stored, for crashes that were erased. */
const intervalMs = 60 * 60 * 1000;
const firstRetryMs = 1000;
const maxRetryMs = 5 * 60 * 1000;

interface KeptIndexOptions {
  readonly path: string;
  /** Of the processed crashes. */
  readonly store: BlobStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now?: () => number;
  readonly retryMs?: number;
}

/**
 * The index beside a processor. It follows what is stored: at the start, hourly, and after a write that failed, until it
 * has caught up. A damaged file is replaced. Nothing here fails the processing of a crash.
 */
export class KeptIndex {
  private index: CrashIndex | undefined;
  private readonly stopping = new AbortController();
  /** Ends the wait for the next comparison. */
  private waiting = new AbortController();
  private isBehind = false;
  private isFailing = false;
  private readonly running: Promise<void>;

  constructor(private readonly options: KeptIndexOptions) {
    this.running = this.keep();
  }

  /** Adds a processed crash that has been stored, or replaces what is known of it. Never rejects. */
  async put(crash: ProcessedCrash): Promise<void> {
    try {
      // Without an index, the comparison that follows finds the crash.
      await this.index?.put([indexedCrash(crash)], this.now());
    } catch (error) {
      this.report('put', error);
      this.waiting.abort();
    }
  }

  /** Removes a crash that was erased. Never rejects: the next comparison removes it, too. */
  async remove(crashId: string): Promise<void> {
    try {
      await this.index?.remove([crashId]);
    } catch (error) {
      this.report('put', error);
      this.waiting.abort();
    }
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.index?.close();
    this.index = undefined;
  }

  private async keep(): Promise<void> {
    const { signal } = this.stopping;
    const { retryMs = firstRetryMs } = this.options;
    for (let failures = 0; !signal.aborted;) {
      this.isBehind = false;
      try {
        this.reportDone(await this.catchUp());
        failures = 0;
      } catch (error) {
        this.report('catch_up', error);
        failures += 1;
      }
      this.waiting = new AbortController();
      if (!this.isBehind) await pause(intervalMs, AbortSignal.any([signal, this.waiting.signal]));
      if (this.isBehind) await pause(Math.min(retryMs * 2 ** failures, maxRetryMs), signal);
    }
  }

  private async catchUp(): Promise<CaughtUp> {
    const { path, store } = this.options;
    try {
      if (this.index?.isCurrent === false) {
        this.index.close();
        this.index = undefined;
      }
      this.index ??= await CrashIndex.open(path);
      return await catchUp(this.index, store, {
        now: () => this.now(),
        signal: this.stopping.signal,
      });
    } catch (error) {
      if (error instanceof CrashIndexError && error.code === 'damaged') {
        this.index?.close();
        this.index = undefined;
        removeIndexFile(path);
      }
      throw error;
    }
  }

  private report(operation: 'put' | 'catch_up', error: unknown): void {
    const { logger, metrics } = this.options;
    metrics.increment('antenna.index.failures', { operation });
    this.isBehind = true;
    if (!this.isFailing) {
      const problem = `the index of crashes falls behind and will catch up: ${errorMessage(error)}`;
      logger.warn(problem, { error });
    }
    this.isFailing = true;
  }

  private reportDone({ added, removed }: CaughtUp): void {
    const { logger } = this.options;
    const hasNews = this.isFailing || added + removed > 0;
    this.isFailing = false;
    if (!hasNews) return;
    logger.info(`the index of crashes has caught up: ${added} added, ${removed} removed`, {
      added,
      removed,
    });
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
