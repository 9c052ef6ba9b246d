import type { BlobStore } from '#antenna/blob-store';
import type { MessageQueue } from '#antenna/message-queue';

/** The store and queue of ingest. */
export interface IngestBackend {
  readonly staging: BlobStore;
  readonly intake: MessageQueue;
  close(): Promise<void>;
}

/** The store and queue of Crash Stats. */
export interface CrashStatsBackend {
  readonly crashes: BlobStore;
  readonly processing: MessageQueue;
  close(): Promise<void>;
}

/** The store and queues of the processor. */
export interface ProcessorBackend {
  readonly crashes: BlobStore;
  readonly processing: MessageQueue;
  readonly deadLetters: MessageQueue;
  close(): Promise<void>;
}

/** The stores and queues of crashmover and the CLI. */
export interface CrashmoverBackend extends IngestBackend {
  readonly crashes: BlobStore;
  readonly processing: MessageQueue;
  readonly deadLetters: MessageQueue;
}
