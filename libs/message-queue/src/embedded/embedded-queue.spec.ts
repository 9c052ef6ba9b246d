import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageQueueContract } from '../message-queue.contract.js';
import { openEmbeddedQueues } from './embedded-queues.js';

messageQueueContract('an embedded queue', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'queue-contract-'));
  const queues = await openEmbeddedQueues({ directory: join(parent, 'made', 'by', 'it') });
  const deadLetter = { queue: 'intake-dead-letter', maxReceiveCount: 3 };
  return {
    queue: queues.queue('intake', { deadLetter }),
    deadLetter: queues.queue('intake-dead-letter'),
    maxReceiveCount: 3,
    dispose: async () => {
      await queues.close();
      await rm(parent, { recursive: true });
    },
  };
});
