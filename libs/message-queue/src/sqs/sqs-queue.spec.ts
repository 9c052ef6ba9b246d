import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { startAwsStandIns } from '#antenna/testing';
import { messageQueueContract } from '../message-queue.contract.js';
import { openSqsQueue } from './open-sqs-queue.js';

const starting = startAwsStandIns();
afterAll(async () => (await starting).stop());

messageQueueContract('an SQS queue', async () => {
  const { connection, createQueue } = await starting;
  const name = randomUUID();
  const deadLetterName = `${name}-dead-letter`;
  const deadLetter = { queue: deadLetterName, maxReceiveCount: 3 };
  const queues = {
    queue: await openSqsQueue({
      ...connection,
      queueUrl: await createQueue({ name, deadLetter }),
    }),
    deadLetter: await openSqsQueue({ ...connection, queueName: deadLetterName }),
  };
  return {
    ...queues,
    maxReceiveCount: 3,
    dispose: async () => {
      await queues.queue.close();
      await queues.deadLetter.close();
    },
  };
});
