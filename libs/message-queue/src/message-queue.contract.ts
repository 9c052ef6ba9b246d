import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { declareDeadLetterTests } from './dead-letter.contract.js';
import type { MessageQueue } from './message-queue.js';
import {
  type QueuesUnderTest,
  receiveAll,
  receiveOne,
  sendBodies,
} from './queues-under-test.contract.js';
import { declareVisibilityTests } from './visibility.contract.js';

/** Declares the tests that every queue must pass. Timeouts are whole seconds, as in SQS. */
export function messageQueueContract(
  name: string,
  makeQueues: () => Promise<QueuesUnderTest>,
): void {
  describe(`${name} as a message queue`, () => {
    let underTest: QueuesUnderTest;
    let queue: MessageQueue;

    beforeEach(async () => {
      underTest = await makeQueues();
      queue = underTest.queue;
    });

    afterEach(() => underTest.dispose());

    declareVisibilityTests(() => underTest.queue);
    declareDeadLetterTests(() => underTest);

    it.each(['x', '{"v":1,"key":"a/b"}', 'line\nbreak \t "quotes" \\ ü € 😀', 'y'.repeat(300_000)])(
      'delivers a body unchanged (%#)',
      async (body) => {
        const [result] = await queue.send([{ body }]);
        const message = await receiveOne(queue);
        expect(message).toMatchObject({ body, attributes: {}, receiveCount: 1 });
        expect(result).toEqual({ ok: true, messageId: message.messageId });
        expect(Math.abs(Date.now() - message.sentAt.getTime())).toBeLessThan(60_000);
      },
    );

    it('delivers up to ten attributes', async () => {
      const attributes = Object.fromEntries(
        Array.from({ length: 10 }, (_, index) => [`name_${index}`, `value ${index} ü`]),
      );
      await queue.send([{ body: 'x', attributes }]);
      expect((await receiveOne(queue)).attributes).toEqual(attributes);
    });

    it('returns one result per message of a batch, in order', async () => {
      const bodies = Array.from({ length: 10 }, (_, index) => `message ${index}`);
      const results = await sendBodies(queue, ...bodies);
      const received = await receiveAll(queue, 10);
      const bodyOf = new Map(received.map(({ messageId, body }) => [messageId, body]));
      expect(results.map((result) => result.ok && bodyOf.get(result.messageId))).toEqual(bodies);
    });

    it('accepts an empty batch', async () => {
      expect(await queue.send([])).toEqual([]);
    });

    it('sends a batch that is larger than the limit of one message', async () => {
      const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(600_000));
      await sendBodies(queue, ...bodies);
      const received = await receiveAll(queue, 3);
      expect(received.map(({ body }) => body).toSorted()).toEqual(bodies);
    });

    it('rejects a message above the size limit and sends the others', async () => {
      const limit = 1_048_576;
      const results = await queue.send([
        { body: 'small' },
        { body: 'x'.repeat(limit + 1) },
        { body: 'ü'.repeat(limit / 2 + 1) },
        { body: 'x'.repeat(limit - 20), attributes: { reason: 'some twenty bytes in all' } },
        { body: 'also small' },
      ]);
      const refused = { ok: false, code: 'message_too_large', retryable: false };
      expect(results.slice(1, 4)).toEqual([refused, refused, refused]);
      const received = await receiveAll(queue, 2);
      expect(received.map(({ body }) => body).toSorted()).toEqual(['also small', 'small']);
    });

    it('rejects batches, attributes and counts beyond the limits', async () => {
      const eleven = Array.from({ length: 11 }, (_, index) => ({ body: `${index}` }));
      const attributes = Object.fromEntries(eleven.map(({ body }) => [`name_${body}`, 'x']));
      const wait = { waitMs: 0, visibilityTimeoutMs: 1000 };
      await expect(queue.send(eleven)).rejects.toThrow(RangeError);
      await expect(queue.send([{ body: 'x', attributes }])).rejects.toThrow(RangeError);
      for (const max of [0, 11, 1.5])
        await expect(queue.receive({ max, ...wait })).rejects.toThrow(RangeError);
    });

    it('returns at most the requested number of messages', async () => {
      await sendBodies(queue, 'a', 'b', 'c');
      const first = await queue.receive({ max: 2, waitMs: 5000, visibilityTimeoutMs: 60_000 });
      expect(first.length).toBeGreaterThan(0);
      expect(first.length).toBeLessThanOrEqual(2);
    });

    it('delivers each message to one of several receivers', async () => {
      for (let batch = 0; batch < 5; batch += 1)
        await sendBodies(queue, ...Array.from({ length: 10 }, (_, index) => `${batch}.${index}`));
      const shares = await Promise.all(Array.from({ length: 10 }, () => receiveAll(queue, 5)));
      expect(new Set(shares.flat().map(({ body }) => body)).size).toBe(50);
    });

    it('returns nothing from an empty queue', async () => {
      const options = { max: 10, visibilityTimeoutMs: 1000 };
      expect(await queue.receive({ ...options, waitMs: 0 })).toEqual([]);
      expect(await queue.receive({ ...options, waitMs: 300 })).toEqual([]);
    });

    it('delivers a message to a waiting receive', async () => {
      const waiting = queue.receive({ max: 1, waitMs: 20_000, visibilityTimeoutMs: 60_000 });
      await sendBodies(queue, 'new message');
      expect((await waiting).map(({ body }) => body)).toEqual(['new message']);
    });

    it('ends a wait when the signal is aborted', async () => {
      const options = { max: 1, waitMs: 20_000, visibilityTimeoutMs: 60_000 };
      const abort = new AbortController();
      const waiting = queue.receive({ ...options, signal: abort.signal });
      await queue.depth();
      abort.abort();
      expect(await waiting).toEqual([]);
      await sendBodies(queue, 'for another receiver');
      expect(await queue.receive({ ...options, signal: abort.signal })).toEqual([]);
      expect((await receiveOne(queue)).receiveCount).toBe(1);
    });

    it('passes its own check', async () => {
      await expect(queue.check()).resolves.toBeUndefined();
    });
  });
}
