import { join, resolve } from 'node:path';

import { type MessageQueue, openEmbeddedQueues } from '#antenna/message-queue';

import { openAwsQueue } from './aws-backend.js';
import type { BackendConfig } from './backend-config.js';

/** A queue outside the path of a crash report, such as one for reprocessing. */
interface OpenQueue {
  readonly queue: MessageQueue;
  close(): Promise<void>;
}

/**
 * Opens any queue of the configured backend.
 * @param name with `aws`, also the URL of a queue; an embedded queue is created with its first message
 * @throws RangeError if an embedded queue cannot have this name; MessageQueueError.
 */
export async function openQueue(config: BackendConfig, name: string): Promise<OpenQueue> {
  switch (config.backend) {
    case 'embedded':
      return await openEmbeddedQueue(config.dataDirectory, name);
    case 'aws': {
      const queue = await openAwsQueue(config, name);
      return { queue, close: async () => await queue.close() };
    }
  }
}

async function openEmbeddedQueue(dataDirectory: string, name: string): Promise<OpenQueue> {
  const queues = await openEmbeddedQueues({ directory: join(resolve(dataDirectory), 'queues') });
  try {
    return { queue: queues.queue(name), close: async () => await queues.close() };
  } catch (error) {
    await queues.close();
    throw error;
  }
}
