import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { openDirectoryBlobStore } from '#antenna/blob-store';
import { type EmbeddedQueue, openEmbeddedQueues } from '#antenna/message-queue';

import type { CrashmoverBackend } from './backend.js';
import { dataDirectoryError } from './data-directory-error.js';
import { traceBlobStore } from './trace-blob-store.js';

/** All stores and queues of the embedded backend, in one directory. */
export interface EmbeddedBackend extends CrashmoverBackend {
  /** The directory, as an absolute path. */
  readonly directory: string;
  readonly intake: EmbeddedQueue;
  readonly deadLetters: EmbeddedQueue;
  readonly processing: EmbeddedQueue;
  /** Of the processor. */
  readonly processingDeadLetters: EmbeddedQueue;
}

/** The name of the processor's dead-letter queue. */
export const processingDeadLetterQueue = 'processing-dead-letter';
const deadLetterQueue = 'intake-dead-letter';
/** crashmover itself dead-letters failing messages. This limit is for messages that kill its process. */
const maxReceiveCount = 50;

/**
 * Opens the embedded backend. Several processes may open the same directory.
 * @throws StartupError if the directory cannot be used.
 */
export async function openEmbeddedBackend(dataDirectory: string): Promise<EmbeddedBackend> {
  const directory = resolve(dataDirectory);
  try {
    await mkdir(directory, { recursive: true });
    const staging = await openDirectoryBlobStore({ directory: join(directory, 'staging') });
    const crashes = await openDirectoryBlobStore({ directory: join(directory, 'crashes') });
    const queues = await openEmbeddedQueues({ directory: join(directory, 'queues') });
    return {
      directory,
      staging: traceBlobStore(staging, { name: 'staging' }),
      crashes: traceBlobStore(crashes, { name: 'crashes' }),
      intake: queues.queue('intake', { deadLetter: { queue: deadLetterQueue, maxReceiveCount } }),
      deadLetters: queues.queue(deadLetterQueue),
      processing: queues.queue('processing'),
      processingDeadLetters: queues.queue(processingDeadLetterQueue),
      close: async () => await queues.close(),
    };
  } catch (error) {
    throw dataDirectoryError(directory, error);
  }
}
