import { maxBatch } from './message-queue.js';

interface Pending<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** How long an item waits for others: short compared with a request. */
const gatherMs = 5;

/**
 * Joins items that are added within a few milliseconds into one batch of at most {@link maxBatch}. Each item gets
 * its own result; if the whole batch fails, all items get the error.
 */
export class Batcher<Item, Result> {
  private readonly work: (items: readonly Item[]) => Promise<readonly Result[]>;
  private pending: Pending<Item, Result>[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param work returns one result per item, in the same order */
  constructor(work: (items: readonly Item[]) => Promise<readonly Result[]>) {
    this.work = work;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.pending.push({ item, resolve, reject });
      if (this.pending.length >= maxBatch) this.flush();
      else this.timer ??= setTimeout(() => this.flush(), gatherMs);
    });
  }

  /** Starts the current batch without waiting for more items. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.pending;
    this.pending = [];
    if (batch.length > 0) void this.run(batch);
  }

  private async run(batch: readonly Pending<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      if (results.length !== batch.length)
        throw new RangeError(`${results.length} results for ${batch.length} items`);
      results.forEach((result, index) => batch[index]?.resolve(result));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
