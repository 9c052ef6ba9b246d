import type { BlobStore } from '#antenna/blob-store';
import type { MessageQueue } from '#antenna/message-queue';

import type { CrashmoverConfig } from './crashmover.config.js';

/** What crashmover is started with. The stores and queues may be of any kind. */
export interface CrashmoverDependencies {
  readonly config: CrashmoverConfig;
  /** Holds the envelopes that ingest wrote. */
  readonly staging: BlobStore;
  /** Holds the stored crashes. */
  readonly crashes: BlobStore;
  readonly intake: MessageQueue;
  readonly processing: MessageQueue;
  readonly deadLetters: MessageQueue;
}

/** Injection tokens of the stores and queues. */
export const STAGING_STORE = Symbol('staging blob store');
export const CRASH_STORE = Symbol('crash blob store');
export const INTAKE_QUEUE = Symbol('intake queue');
export const PROCESSING_QUEUE = Symbol('processing queue');
export const DEAD_LETTER_QUEUE = Symbol('dead-letter queue of intake');
