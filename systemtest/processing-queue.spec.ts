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
    mostOthers: 1000,
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

describe('a search of a queue', () => {
  it('finds ids among those of others, removes them, and shows the others again', async () => {
    await publish('ours-1', ...others, 'ours-2');
    const { found, stopped } = await search(['ours-1', 'ours-2']);

    expect([[...found].toSorted(), stopped]).toEqual([['ours-1', 'ours-2'], undefined]);
    expect(await visible()).toEqual(others.map((body) => [body, 1]));
  });

  it('leaves what it finds, when it is told to', async () => {
    await publish('ours-1', 'other-1');
    await search(['ours-1'], { found: 'leave' });

    expect((await visible()).map(([body]) => body)).toEqual(['other-1', 'ours-1']);
  });

  it('waits for an id that is not there yet', async () => {
    const searching = search(['ours-1']);
    await publish('ours-1');

    expect([...(await searching).found]).toEqual(['ours-1']);
  });

  it('stops at more messages of others than it may see, having shown them again', async () => {
    await publish(...others);
    const { found, stopped } = await search(['ours-1'], { mostOthers: 0 });

    expect([found.size, stopped]).toEqual([0, 'it holds messages of others (10 seen)']);
    expect((await visible()).map(([body]) => body)).toEqual(others);
  });

  it('receives a message of others three times at most', async () => {
    await publish('other-1');
    const { stopped } = await search(['ours-1']);

    expect(stopped).toBe("others' messages were received 3 times");
    expect(await visible()).toEqual([['other-1', 3]]);
  });

  it('shows again what it holds when it is called off', async () => {
    await publish('other-1');
    const called = new AbortController();
    const searching = search(['ours-1'], { signal: called.signal });
    setImmediate(() => called.abort());

    expect((await searching).found.size).toBe(0);
    expect((await visible()).map(([body]) => body)).toEqual(['other-1']);
  });
});
