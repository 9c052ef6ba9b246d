import { maxBatch } from './message-queue.js';

interface Pending<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** How long an item waits for others. Little beside a request, long beside what finishes together. */
const gatherMs = 5;

/**
 * Joins items that come within a few milliseconds into one batch of at most {@link maxBatch}; each gets its own
 * result, and all get the error when the batch as a whole fails.
 */
export class Batcher<Item, Result> {
  private readonly work: (items: readonly Item[]) => Promise<readonly Result[]>;
  private pending: Pending<Item, Result>[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param work gives one result for each item, in their order */
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

  /** Begins with what was gathered, without waiting for more. */
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
