import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MessageQueue } from '../message-queue.js';
import { receiveOne, sendBodies } from '../queues-under-test.contract.js';
import { type EmbeddedQueues, openEmbeddedQueues } from './embedded-queues.js';

const hour = 60 * 60 * 1000;

async function receiveBodies(queue: MessageQueue): Promise<string[]> {
  const messages = await queue.receive({ max: 10, waitMs: 0, visibilityTimeoutMs: 60_000 });
  return messages.map(({ body }) => body);
}

describe('the embedded queues, after the clock was set back', () => {
  let directory: string;
  let opened: EmbeddedQueues[];
  let now: number;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'queue-clock-'));
    opened = [];
    now = Date.UTC(2026, 10, 22);
  });

  afterEach(async () => {
    await Promise.all(opened.map((queues) => queues.close()));
    await rm(directory, { recursive: true });
  });

  /** The queue as one process sees it, whose times may be older than those of others by `lagMs`. */
  async function queueOfProcess(lagMs = 0): Promise<MessageQueue> {
    const queues = await openEmbeddedQueues({ directory, now: () => now - lagMs });
    opened.push(queues);
    return queues.queue('intake');
  }

  it('hide a message no longer than before', async () => {
    const queue = await queueOfProcess();
    await sendBodies(queue, 'a');
    await receiveOne(queue, 60_000);
    now -= hour;
    expect(await receiveBodies(queue)).toEqual([]);
    now += 59_999;
    expect(await receiveBodies(queue)).toEqual([]);
    now += 1;
    expect(await receiveBodies(queue)).toEqual(['a']);
  });

  it('deliver visible messages at once and in order', async () => {
    const queue = await queueOfProcess();
    await sendBodies(queue, 'a');
    now += 100_000;
    await sendBodies(queue, 'b');
    now -= 24 * hour;
    await sendBodies(queue, 'c');
    expect(await queue.depth()).toEqual({ visible: 3, inFlight: 0, oldestAgeMs: 100_000 });
    expect(await receiveBodies(queue)).toEqual(['a', 'b', 'c']);
  });

  it('keep the receipt of a message in flight valid', async () => {
    const queue = await queueOfProcess();
    await sendBodies(queue, 'a');
    const { receipt } = await receiveOne(queue, 60_000);
    now -= hour;
    await queue.changeVisibility(receipt, 120_000);
    now += 119_999;
    expect(await receiveBodies(queue)).toEqual([]);
    await queue.delete(receipt);
    expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
  });

  it('follow the clock while a queue is only polled', async () => {
    const queue = await queueOfProcess();
    await sendBodies(queue, 'a');
    await receiveOne(queue, 12 * hour);
    now += 10 * hour;
    expect(await receiveBodies(queue)).toEqual([]);
    now -= 5 * hour;
    expect(await receiveBodies(queue)).toEqual([]);
    now += 2 * hour;
    expect(await receiveBodies(queue)).toEqual(['a']);
  });

  it('hide a message no longer in a process that starts later', async () => {
    const queue = await queueOfProcess();
    await sendBodies(queue, 'a');
    await receiveOne(queue, 60_000);
    await opened.pop()?.close();
    now -= hour;
    const restarted = await queueOfProcess();
    expect(await receiveBodies(restarted)).toEqual([]);
    now += 60_000;
    expect(await receiveBodies(restarted)).toEqual(['a']);
  });

  it('correct the times once, although several processes notice', async () => {
    const processes = [await queueOfProcess(), await queueOfProcess(), await queueOfProcess()];
    const [queue] = processes as [MessageQueue];
    await sendBodies(queue, 'a');
    await receiveOne(queue, 2 * hour);
    now -= hour;
    const received = await Promise.all(processes.map(receiveBodies));
    expect(received).toEqual([[], [], []]);
    now += 2 * hour - 1;
    expect(await receiveBodies(queue)).toEqual([]);
    now += 1;
    expect(await receiveBodies(queue)).toEqual(['a']);
  });

  it('do not take the late request of a busy process for a changed clock', async () => {
    const queue = await queueOfProcess();
    const late = await queueOfProcess(10_000);
    await sendBodies(queue, 'a');
    await receiveOne(queue, 60_000);
    now += 59_999;
    expect(await receiveBodies(late)).toEqual([]);
    expect(await receiveBodies(queue)).toEqual([]);
  });
});
