import type { BlobStore } from '#antenna/blob-store';
import type { MessageQueue } from '#antenna/message-queue';

/** What ingest works with. */
export interface IngestBackend {
  readonly staging: BlobStore;
  readonly intake: MessageQueue;
  close(): Promise<void>;
}

/** What crashmover works with, and an operator too. */
export interface CrashmoverBackend extends IngestBackend {
  readonly crashes: BlobStore;
  readonly processing: MessageQueue;
  readonly deadLetters: MessageQueue;
}
