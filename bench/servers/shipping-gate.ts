import type { BlobStore } from '#antenna/blob-store';
import { interceptBlobStore } from '#antenna/testing';

/** What a parent process tells a gate; the gate sends the same word back once it is so. */
export type GateCommand = 'hold' | 'release';

/** The end of a channel between processes, as `process` and a `ChildProcess` have it. */
export interface Channel {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  send?(message: GateCommand): unknown;
}

/**
 * Lets puts into a store wait from `hold` to `release`. A collector behind it goes on receiving and keeps all of
 * it in its spool, as it does while its store is down; only that here nothing fails and nothing is repeated.
 */
export class ShippingGate {
  private closed: PromiseWithResolvers<void> | undefined;

  constructor(parent: Channel) {
    parent.on('message', (message) => {
      if (message === 'hold') this.closed ??= Promise.withResolvers<void>();
      else if (message === 'release') this.open();
      else return;
      parent.send?.(message);
    });
  }

  /** The store as it is seen through the gate. */
  before(store: BlobStore): BlobStore {
    return interceptBlobStore(store, async ({ operation }) => {
      if (operation === 'put') await this.closed?.promise;
    });
  }

  private open(): void {
    this.closed?.resolve();
    this.closed = undefined;
  }
}
