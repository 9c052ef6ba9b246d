import { expect, it } from '@jest/globals';
import {
  type QueuesUnderTest,
  receiveAll,
  receiveOne,
  sendBodies,
} from './queues-under-test.contract.js';

/** The part of the contract about messages that cannot be processed. */
export function declareDeadLetterTests(theQueues: () => QueuesUnderTest): void {
  it('moves a message that was delivered too often, unchanged, to the dead-letter queue', async () => {
    const { queue, deadLetter, maxReceiveCount } = theQueues();
    await queue.send([{ body: 'poison', attributes: { traceparent: '00-1-2-01' } }]);
    const { sentAt } = await deliverInVain(theQueues(), maxReceiveCount);
    expect(await queue.receive({ max: 10, waitMs: 0, visibilityTimeoutMs: 1000 })).toEqual([]);
    const dead = await receiveOne(deadLetter);
    expect(dead).toMatchObject({
      body: 'poison',
      attributes: { traceparent: '00-1-2-01' },
      sentAt,
    });
    await deadLetter.delete(dead.receipt);
  });

  it('delivers a message as often as allowed, and does not dead-letter it if it is deleted then', async () => {
    const { queue, deadLetter, maxReceiveCount } = theQueues();
    await sendBodies(queue, 'hard work');
    await deliverInVain(theQueues(), maxReceiveCount - 1);
    const last = await receiveOne(queue);
    expect(last.receiveCount).toBe(maxReceiveCount);
    await queue.delete(last.receipt);
    expect(await queue.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 1000 })).toEqual([]);
    expect(await deadLetter.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 1000 })).toEqual([]);
  });

  it('delivers the messages behind a dead-lettered one', async () => {
    const { queue, maxReceiveCount } = theQueues();
    await sendBodies(queue, 'poison');
    await deliverInVain(theQueues(), maxReceiveCount);
    await sendBodies(queue, 'a', 'b', 'c');
    const bodies = (await receiveAll(queue, 3)).map(({ body }) => body);
    expect(bodies.toSorted()).toEqual(['a', 'b', 'c']);
  });
}

/** Receives the only message of the queue and makes it visible again, this many times. Returns when it was sent. */
async function deliverInVain(
  { queue }: QueuesUnderTest,
  times: number,
): Promise<{ sentAt: Date | undefined }> {
  let sentAt: Date | undefined;
  for (let count = 1; count <= times; count += 1) {
    const message = await receiveOne(queue);
    expect(message.receiveCount).toBe(count);
    sentAt = message.sentAt;
    await queue.changeVisibility(message.receipt, 0);
  }
  return { sentAt };
}
