import { maxBatch } from '../message-queue.js';

/** Deletes up to {@link maxBatch} deliveries at once; one entry per receipt, an error where it failed. */
export type DeleteBatch = (receipts: readonly string[]) => Promise<readonly (Error | undefined)[]>;

interface Pending {
  readonly receipt: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How long a delete waits for others. Little beside a request, long beside what finishes together. */
const gatherMs = 5;

/** Joins deletes that come within a few milliseconds into one request; each gets its own result. */
export class DeleteBatcher {
  readonly #deleteBatch: DeleteBatch;
  #pending: Pending[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(deleteBatch: DeleteBatch) {
    this.#deleteBatch = deleteBatch;
  }

  delete(receipt: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ receipt, resolve, reject });
      if (this.#pending.length >= maxBatch) {
        this.flush();
      } else {
        this.#timer ??= setTimeout(() => this.flush(), gatherMs);
      }
    });
  }

  /** Sends what was gathered without waiting for more. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#pending;
    this.#pending = [];
    if (batch.length > 0) {
      void this.#send(batch);
    }
  }

  async #send(batch: readonly Pending[]): Promise<void> {
    try {
      const results = await this.#deleteBatch(batch.map(({ receipt }) => receipt));
      batch.forEach(({ resolve, reject }, index) => {
        const error = results[index];
        return error === undefined ? resolve() : reject(error);
      });
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
  }
}
