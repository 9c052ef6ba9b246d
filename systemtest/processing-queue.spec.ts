import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  type EmbeddedQueue,
  type EmbeddedQueues,
  openEmbeddedQueues,
} from '#antenna/message-queue';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { type SearchOptions, searchQueue } from './processing-queue.js';

let directory: TemporaryDirectory;
let queues: EmbeddedQueues;
let queue: EmbeddedQueue;

beforeEach(async () => {
  directory = await temporaryDirectory();
  queues = await openEmbeddedQueues({ directory: directory.path });
  queue = queues.queue('processing');
});
afterEach(async () => {
  await queues.close();
  await directory.remove();
});

async function search(wanted: string[], options: Partial<SearchOptions> = {}) {
  return await searchQueue(queue, {
    wanted: new Set(wanted),
    maxOthers: 1000,
    found: 'delete',
    signal: AbortSignal.timeout(20_000),
    betweenRoundsMs: 10,
    ...options,
  });
}

async function publish(...bodies: string[]): Promise<void> {
  for (const body of bodies) await queue.send([{ body }]);
}

/** What a reader would get now, and how often each message was received before. */
async function visible(): Promise<[body: string, received: number][]> {
  const now = Date.now();
  return (await queue.peek(1000))
    .filter(({ visibleAt }) => visibleAt.getTime() <= now)
    .map(({ body, receiveCount }): [string, number] => [body, receiveCount])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const others = Array.from({ length: 25 }, (_, n) => `other-${n}`).toSorted();

describe('searchQueue', () => {
  it('finds ids among other messages, deletes them, and makes the others visible', async () => {
    await publish('ours-1', ...others, 'ours-2');
    const { found, stopped } = await search(['ours-1', 'ours-2']);

    expect([[...found].toSorted(), stopped]).toEqual([['ours-1', 'ours-2'], undefined]);
    expect(await visible()).toEqual(others.map((body) => [body, 1]));
  });

  it('keeps the found messages with `leave`', async () => {
    await publish('ours-1', 'other-1');
    await search(['ours-1'], { found: 'leave' });

    expect((await visible()).map(([body]) => body)).toEqual(['other-1', 'ours-1']);
  });

  it('waits for an id that arrives later', async () => {
    const searching = search(['ours-1']);
    await publish('ours-1');

    expect([...(await searching).found]).toEqual(['ours-1']);
  });

  it('stops at too many other messages and makes them visible', async () => {
    await publish(...others);
    const { found, stopped } = await search(['ours-1'], { maxOthers: 0 });

    expect([found.size, stopped]).toEqual([0, 'it has other messages (10 seen)']);
    expect((await visible()).map(([body]) => body)).toEqual(others);
  });

  it('receives another message at most three times', async () => {
    await publish('other-1');
    const { stopped } = await search(['ours-1']);

    expect(stopped).toBe('other messages were received 3 times');
    expect(await visible()).toEqual([['other-1', 3]]);
  });

  it('makes its messages visible when it is aborted', async () => {
    await publish('other-1');
    const called = new AbortController();
    const searching = search(['ours-1'], { signal: called.signal });
    setImmediate(() => called.abort());

    expect((await searching).found.size).toBe(0);
    expect((await visible()).map(([body]) => body)).toEqual(['other-1']);
  });
});
