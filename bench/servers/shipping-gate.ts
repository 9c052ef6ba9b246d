import type { BlobStore } from '#antenna/blob-store';
import { interceptBlobStore } from '#antenna/testing';

/** Sent by the parent process; the gate sends it back when it is done. */
export type GateCommand = 'hold' | 'release';

/** The end of a channel between processes, like `process`. */
export interface Channel {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  send?(message: GateCommand): unknown;
}

/**
 * Makes puts into a store wait from `hold` to `release`. Meanwhile, the collector keeps all reports in its spool, like
 * during an outage of the store, but without failures and retries.
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

  /** The store behind the gate. */
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
