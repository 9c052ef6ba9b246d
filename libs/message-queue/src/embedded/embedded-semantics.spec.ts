import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MessageQueue } from '../message-queue.js';
import { receiveOne, sendBodies } from '../queues-under-test.contract.js';
import { type EmbeddedQueues, openEmbeddedQueues } from './embedded-queues.js';

async function receiveBodies(queue: MessageQueue, visibilityTimeoutMs = 1000): Promise<string[]> {
  const messages = await queue.receive({ max: 10, waitMs: 0, visibilityTimeoutMs });
  return messages.map(({ body }) => body);
}

describe('the embedded queues', () => {
  let directory: string;
  let queues: EmbeddedQueues;
  let now: number;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'queue-semantics-'));
    now = Date.UTC(2026, 10, 22);
    queues = await openEmbeddedQueues({ directory, now: () => now });
  });

  afterEach(async () => {
    await queues.close();
    await rm(directory, { recursive: true });
  });

  it('hides a message until its visibility timeout, to the millisecond', async () => {
    const queue = queues.queue('intake');
    await sendBodies(queue, 'a');
    expect(await receiveBodies(queue, 1000)).toEqual(['a']);
    now += 999;
    expect(await receiveBodies(queue)).toEqual([]);
    now += 1;
    expect(await receiveBodies(queue)).toEqual(['a']);
  });

  it('delivers in the order in which messages became visible', async () => {
    const queue = queues.queue('intake');
    await sendBodies(queue, 'a', 'b');
    await queue.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 50 });
    now += 10;
    await sendBodies(queue, 'c');
    now += 90;
    await sendBodies(queue, 'd');
    expect(await receiveBodies(queue)).toEqual(['b', 'c', 'a', 'd']);
  });

  it('returns a message whose visibility timeout expires during a wait', async () => {
    const queue = queues.queue('intake');
    await sendBodies(queue, 'a');
    await receiveOne(queue, 5000);
    const waiting = receiveOne(queue);
    await queue.depth();
    now += 5000;
    expect(await waiting).toMatchObject({ body: 'a', receiveCount: 2 });
  });

  it('ignores a receipt after the message was delivered again', async () => {
    const queue = queues.queue('intake');
    await sendBodies(queue, 'a');
    const first = await receiveOne(queue, 1000);
    now += 1000;
    const second = await receiveOne(queue, 1000);
    await queue.delete(first.receipt);
    await expect(queue.changeVisibility(first.receipt, 0)).rejects.toMatchObject({
      code: 'receipt_expired',
    });
    expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 1 });
    await queue.delete(second.receipt);
    expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
  });

  it('ignores receipts of other queues and invalid receipts', async () => {
    const queue = queues.queue('intake');
    await sendBodies(queue, 'a');
    const { receipt } = await receiveOne(queue);
    await queues.queue('other').delete(receipt);
    await queue.delete('not a receipt');
    await expect(queue.changeVisibility('', 0)).rejects.toMatchObject({ code: 'receipt_expired' });
    expect(await queue.depth()).toMatchObject({ inFlight: 1 });
  });

  it('never reuses a message id', async () => {
    const queue = queues.queue('intake');
    await sendBodies(queue, 'a');
    const deleted = await receiveOne(queue);
    await queue.delete(deleted.receipt);
    await sendBodies(queue, 'b');
    await receiveOne(queue);
    await queue.delete(deleted.receipt);
    expect(await queue.depth()).toMatchObject({ inFlight: 1 });
  });

  it('reports the age of the oldest message, delivered or not', async () => {
    const queue = queues.queue('intake');
    expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
    await sendBodies(queue, 'a');
    now += 7000;
    await sendBodies(queue, 'b');
    await receiveOne(queue, 60_000);
    expect(await queue.depth()).toEqual({ visible: 1, inFlight: 1, oldestAgeMs: 7000 });
    now -= 10_000;
    expect(await queue.depth()).toMatchObject({ oldestAgeMs: 0 });
  });

  it('keeps age and receive count of a message that moves to the dead-letter queue', async () => {
    const queue = queues.queue('intake', { deadLetter: { queue: 'dead', maxReceiveCount: 1 } });
    await queue.send([{ body: 'poison', attributes: { reason: 'x' } }]);
    const { messageId, sentAt } = await receiveOne(queue, 1000);
    now += 1000;
    expect(await receiveBodies(queue)).toEqual([]);
    expect(await queue.peek(10)).toEqual([]);
    const dead = { messageId, sentAt, body: 'poison', attributes: { reason: 'x' } };
    expect(await queues.queue('dead').peek(10)).toEqual([
      { ...dead, receiveCount: 1, visibleAt: new Date(now) },
    ]);
  });

  it('dead-letters more messages at once than one receive can return', async () => {
    const queue = queues.queue('intake', { deadLetter: { queue: 'dead', maxReceiveCount: 1 } });
    for (let batch = 0; batch < 3; batch += 1) {
      await sendBodies(queue, ...Array.from({ length: 10 }, (_, index) => `${batch}.${index}`));
      await queue.receive({ max: 10, waitMs: 0, visibilityTimeoutMs: 1000 });
    }
    await sendBodies(queue, 'good');
    now += 1000;
    expect(await receiveBodies(queue)).toEqual(['good']);
    expect(await queues.queue('dead').depth()).toMatchObject({ visible: 30 });
  });

  it('shows the first messages without delivering them', async () => {
    const queue = queues.queue('intake');
    await sendBodies(queue, 'hidden', 'visible', 'third');
    await queue.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 5000 });
    const peeked = await queue.peek(3);
    expect(peeked.map(({ body }) => body)).toEqual(['visible', 'third', 'hidden']);
    expect(peeked[2]).toMatchObject({ receiveCount: 1, visibleAt: new Date(now + 5000) });
    expect(await queue.peek(1)).toHaveLength(1);
    expect((await receiveOne(queue)).receiveCount).toBe(1);
  });

  it('lists the queues that ever held a message', async () => {
    expect(await queues.names()).toEqual([]);
    await queues.queue('never-used').depth();
    await sendBodies(queues.queue('processing'), 'x');
    await sendBodies(queues.queue('intake'), 'x');
    expect(await queues.names()).toEqual(['intake', 'processing']);
  });

  it('rejects names, dead-letter policies and timeouts that SQS would reject', async () => {
    for (const name of ['', 'a b', 'a/b', 'x'.repeat(81)])
      expect(() => queues.queue(name)).toThrow(RangeError);
    const deadLetter = { queue: 'dead', maxReceiveCount: 0 };
    expect(() => queues.queue('intake', { deadLetter })).toThrow(RangeError);
    const queue = queues.queue('intake');
    await expect(queue.changeVisibility('1:1', -1)).rejects.toThrow(RangeError);
    await expect(queue.changeVisibility('1:1', 43_200_001)).rejects.toThrow(RangeError);
    const options = { max: 1, visibilityTimeoutMs: 0 };
    await expect(queue.receive({ ...options, waitMs: Number.NaN })).rejects.toThrow(RangeError);
  });
});
