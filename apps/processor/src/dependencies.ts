import type { BlobStore } from '#antenna/blob-store';
import type { ProcessedIndex } from '#antenna/crash-index';
import type { MessageQueue } from '#antenna/message-queue';
import type { Symbols } from '#antenna/symbols';

import type { ProcessorConfig } from './processor.config.js';

/** What the processor works with. The store and queues may be of any kind. */
export interface ProcessorDependencies {
  readonly config: ProcessorConfig;
  /** Holds the stored crashes, and what the processor makes of them. */
  readonly crashes: BlobStore;
  readonly processing: MessageQueue;
  readonly deadLetters: MessageQueue;
  /** Closed with the processor. */
  readonly symbols: Symbols;
  /** Gets each processed crash after it is saved. */
  readonly index?: ProcessedIndex | undefined;
}

/** Injection tokens. */
export const CRASH_STORE = Symbol('crash blob store');
export const PROCESSING_QUEUE = Symbol('processing queue');
export const DEAD_LETTER_QUEUE = Symbol('dead-letter queue of processing');
export const SYMBOLS = Symbol('symbols');
export const CRASH_INDEX = Symbol('index of crashes');
