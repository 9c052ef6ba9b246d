import { expect, it } from '@jest/globals';
import type { MessageQueue } from './message-queue.js';
import { receiveAll, receiveOne, sendBodies } from './queues-under-test.contract.js';

/** The part of the contract about visibility, deletes and depth. */
export function declareVisibilityTests(theQueue: () => MessageQueue): void {
  it('hides a delivered message until its visibility timeout', async () => {
    const queue = theQueue();
    await sendBodies(queue, 'again');
    const first = await receiveOne(queue, 3000);
    expect(await queue.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 1000 })).toEqual([]);
    const second = await receiveOne(queue);
    expect(second).toMatchObject({ messageId: first.messageId, body: 'again', receiveCount: 2 });
    expect(second.receipt).not.toBe(first.receipt);
    expect(second.sentAt).toEqual(first.sentAt);
  });

  it('makes a message visible at once if its visibility timeout is set to 0', async () => {
    const queue = theQueue();
    await sendBodies(queue, 'again');
    const first = await receiveOne(queue);
    await queue.changeVisibility(first.receipt, 0);
    expect(await receiveOne(queue)).toMatchObject({ messageId: first.messageId, receiveCount: 2 });
  });

  it('extends the visibility timeout of a message', async () => {
    const queue = theQueue();
    await sendBodies(queue, 'in flight');
    const { receipt } = await receiveOne(queue, 3000);
    await queue.changeVisibility(receipt, 60_000);
    expect(await queue.receive({ max: 1, waitMs: 4000, visibilityTimeoutMs: 1000 })).toEqual([]);
    await queue.delete(receipt);
  });

  it('rejects changing the visibility of an expired delivery', async () => {
    const queue = theQueue();
    const expired = { name: 'MessageQueueError', code: 'receipt_expired', retryable: false };
    await sendBodies(queue, 'deleted', 'visible again');
    const [one, other] = await receiveAll(queue, 2);
    await queue.delete(one?.receipt ?? '');
    await expect(queue.changeVisibility(one?.receipt ?? '', 5000)).rejects.toMatchObject(expired);
    await queue.changeVisibility(other?.receipt ?? '', 0);
    await expect(queue.changeVisibility(other?.receipt ?? '', 5000)).rejects.toMatchObject(expired);
  });

  it('deletes a message for good, and succeeds for a repeated delete', async () => {
    const queue = theQueue();
    await sendBodies(queue, 'done', 'not done');
    const messages = await receiveAll(queue, 2);
    const done = messages.find(({ body }) => body === 'done')?.receipt ?? '';
    await queue.delete(done);
    await queue.delete(done);
    const other = messages.find(({ body }) => body === 'not done')?.receipt ?? '';
    await queue.changeVisibility(other, 0);
    expect((await receiveOne(queue)).body).toBe('not done');
    expect(await settledDepth(queue, 0, 1)).toEqual([0, 1]);
  });

  it('succeeds to delete with the receipt of an expired delivery', async () => {
    const queue = theQueue();
    await sendBodies(queue, 'late');
    const { receipt } = await receiveOne(queue);
    await queue.changeVisibility(receipt, 0);
    await expect(queue.delete(receipt)).resolves.toBeUndefined();
  });

  it('counts visible messages and those in flight', async () => {
    const queue = theQueue();
    expect(await settledDepth(queue, 0, 0)).toEqual([0, 0]);
    await sendBodies(queue, 'a', 'b', 'c');
    expect(await settledDepth(queue, 3, 0)).toEqual([3, 0]);
    const { receipt } = await receiveOne(queue);
    expect(await settledDepth(queue, 2, 1)).toEqual([2, 1]);
    await queue.delete(receipt);
    expect(await settledDepth(queue, 2, 0)).toEqual([2, 0]);
  });
}

/** SQS's counts are approximate and delayed: polls until they are as expected or a deadline has passed. */
async function settledDepth(
  queue: MessageQueue,
  visible: number,
  inFlight: number,
): Promise<[visible: number, inFlight: number]> {
  const deadline = Date.now() + 30_000;
  let depth = await queue.depth();
  while ((depth.visible !== visible || depth.inFlight !== inFlight) && Date.now() < deadline)
    depth = await queue.depth();
  return [depth.visible, depth.inFlight];
}
