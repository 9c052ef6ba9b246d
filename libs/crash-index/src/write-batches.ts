import type { IndexedFacts } from './crash-fields.js';

/** A crash to write, and when its processed crash was read or written, in epoch milliseconds. */
export interface PutEntry {
  readonly facts: IndexedFacts;
  readonly at: number;
}

interface Waiting {
  readonly entry: PutEntry;
  readonly done: PromiseWithResolvers<void>;
}

const maxBatch = 100;

/** Writes what comes during a request with the next one. Memory depends on the callers that wait. */
export class WriteBatches {
  private waiting: Waiting[] = [];
  private isWriting = false;

  constructor(private readonly index: { putAll(entries: readonly PutEntry[]): Promise<void> }) {}

  /** Rejects as the index does for the batch. */
  async put(entry: PutEntry): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.waiting.push({ entry, done });
    if (!this.isWriting) void this.writeAll();
    await done.promise;
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, maxBatch);
      try {
        await this.index.putAll(batch.map(({ entry }) => entry));
        for (const { done } of batch) done.resolve();
      } catch (error) {
        // The others would wait for the same.
        for (const { done } of [...batch, ...this.waiting.splice(0)]) done.reject(error);
      }
    }
    this.isWriting = false;
  }
}
