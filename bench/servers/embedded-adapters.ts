import { join } from 'node:path';

import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { type EmbeddedQueues, openEmbeddedQueues } from '#antenna/message-queue';

/** The adapters that the standalone runs on, for one service in a process of its own. */
export interface EmbeddedAdapters {
  readonly staging: BlobStore;
  readonly crashes: BlobStore;
  readonly queues: EmbeddedQueues;
}

/** Ingest and crashmover processes meet when they are given the same directory. */
export async function openEmbeddedAdapters(directory: string): Promise<EmbeddedAdapters> {
  return {
    staging: await openDirectoryBlobStore({ directory: join(directory, 'staging') }),
    crashes: await openDirectoryBlobStore({ directory: join(directory, 'crashes') }),
    queues: await openEmbeddedQueues({ directory: join(directory, 'queues') }),
  };
}
