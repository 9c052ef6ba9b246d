import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { type AwsPeer, createQueue, elasticmq } from '#antenna/testing';
import { messageQueueContract } from '../message-queue.contract.js';
import { type MessageQueue, MessageQueueError, type ReceivedMessage } from '../message-queue.js';
import { openSqsQueue } from './open-sqs-queue.js';

const describePeer = elasticmq.isInstalled ? describe : describe.skip;

describePeer('with ElasticMQ (installed by .ci/install-peers)', () => {
  let peer: AwsPeer;
  beforeAll(async () => {
    peer = await elasticmq.start();
  }, 60_000);
  afterAll(() => peer.stop());

  messageQueueContract('an SQS queue', async () => {
    const { connection } = peer;
    const name = randomUUID();
    const deadLetter = { queue: `${name}-dead-letter`, maxReceiveCount: 3 };
    await createQueue(connection, { name, deadLetter });
    const queue = await openSqsQueue({ ...connection, queueName: name });
    const deadLetters = await openSqsQueue({ ...connection, queueName: deadLetter.queue });
    return {
      queue: withoutFaults(queue),
      deadLetter: deadLetters,
      maxReceiveCount: deadLetter.maxReceiveCount,
      dispose: async () => {
        await queue.close();
        await deadLetters.close();
      },
    };
  });
});

/**
 * Works around two faults of ElasticMQ, so that only the stand-in tests these cases: it changes the visibility
 * of a message that is visible again, where SQS responds MessageNotInflight, and it delivers messages to a
 * poll whose client has disconnected, so no poll is cut off here.
 */
function withoutFaults(queue: MessageQueue): MessageQueue {
  const madeVisible = new Set<string>();
  const changeVisibility = queue.changeVisibility.bind(queue);
  queue.changeVisibility = async (receipt, timeoutMs) => {
    if (madeVisible.has(receipt))
      throw new MessageQueueError('receipt_expired', 'made visible again by this test');
    await changeVisibility(receipt, timeoutMs);
    if (timeoutMs === 0) madeVisible.add(receipt);
  };
  const receive = queue.receive.bind(queue);
  queue.receive = async (options) => {
    const { signal, ...uninterrupted } = options;
    if (signal === undefined) return receive(options);
    const deadline = Date.now() + options.waitMs;
    let messages: readonly ReceivedMessage[] = [];
    while (messages.length === 0 && !signal.aborted && Date.now() < deadline)
      messages = await receive({ ...uninterrupted, waitMs: 0 });
    return messages;
  };
  return queue;
}
