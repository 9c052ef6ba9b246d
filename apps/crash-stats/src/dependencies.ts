import type { BlobStore } from '#antenna/blob-store';
import type { CrashSearch } from '#antenna/crash-index';
import type { MessageQueue } from '#antenna/message-queue';

import type { CrashStatsConfig } from './crash-stats.config.js';

/** What Crash Stats works with. The index, store and queue may be of any kind. */
export interface CrashStatsDependencies {
  readonly config: CrashStatsConfig;
  readonly search: CrashSearch;
  /** The stored crashes, which are only read. */
  readonly crashes: BlobStore;
  /** Gets the id of a crash that is to be processed again. */
  readonly processing: MessageQueue;
  /** Where reports are sent to, if they are received on this machine. */
  readonly submitUrl?: string;
}

/** Injection tokens. */
export const CRASH_SEARCH = Symbol('search in the index of crashes');
export const CRASH_STORE = Symbol('crash blob store');
export const PROCESSING_QUEUE = Symbol('processing queue');
export const SUBMIT_URL = Symbol('address to send reports to, or undefined');
