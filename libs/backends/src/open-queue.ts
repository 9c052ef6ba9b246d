import { join, resolve } from 'node:path';

import { type MessageQueue, openEmbeddedQueues } from '#antenna/message-queue';

import { openAwsQueue } from './aws-backend.js';
import type { BackendConfig } from './backend-config.js';

/** One queue by its name, outside the path of a report: for reprocessing, for instance. */
export interface OpenQueue {
  readonly queue: MessageQueue;
  close(): Promise<void>;
}

/**
 * Opens any queue of the backend that the configuration names.
 * @param name with `aws` it may be the queue's URL; an embedded queue begins with its first message
 * @throws RangeError when it cannot be the name of an embedded queue; MessageQueueError.
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
