import { describe, expect, it } from '@jest/globals';

import { ByteSemaphore } from './index.js';

/** Starts takers in order and lists the ones that hold bytes. */
function takers(semaphore: ByteSemaphore) {
  const holding = new Map<string, () => void>();
  const take = async (name: string, bytes: number): Promise<void> => {
    holding.set(name, await semaphore.acquire(bytes));
  };
  const started: Promise<void>[] = [];
  return {
    take: (name: string, bytes: number) => void started.push(take(name, bytes)),
    free: async (name: string) => {
      holding.get(name)?.();
      holding.delete(name);
      await settled();
    },
    holding: async () => {
      await settled();
      return [...holding.keys()];
    },
    all: async () => await Promise.all(started),
  };
}

/** Resolves after all promise reactions that are due. */
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

describe('ByteSemaphore', () => {
  it('grants bytes that fit and lets later callers wait in order', async () => {
    const { take, free, holding } = takers(new ByteSemaphore(100));
    take('a', 60);
    take('b', 40);
    take('c', 50);
    take('d', 10);
    expect(await holding()).toEqual(['a', 'b']);
    await free('b');
    // d would fit, but c came first.
    expect(await holding()).toEqual(['a']);
    await free('a');
    expect(await holding()).toEqual(['c', 'd']);
  });

  it('grants more bytes than its total to one caller alone', async () => {
    const { take, free, holding, all } = takers(new ByteSemaphore(100));
    take('small', 1);
    take('huge', 1000);
    take('next', 1);
    expect(await holding()).toEqual(['small']);
    await free('small');
    expect(await holding()).toEqual(['huge']);
    await free('huge');
    expect(await holding()).toEqual(['next']);
    await all();
  });

  it('lets a caller that gives up leave the queue', async () => {
    const semaphore = new ByteSemaphore(100);
    const release = await semaphore.acquire(100);
    const giveUp = new AbortController();
    const impatient = semaphore.acquire(100, giveUp.signal);
    const patient = semaphore.acquire(50);
    giveUp.abort(new Error('no time'));
    await expect(impatient).rejects.toThrow('no time');
    release();
    (await patient)();
    expect(semaphore.tryTake(100)).toBe(true);
  });

  it('takes bytes at once only when they fit and no other caller waits', async () => {
    const semaphore = new ByteSemaphore(100);
    expect(semaphore.tryTake(60)).toBe(true);
    expect(semaphore.tryTake(41)).toBe(false);
    const waiting = semaphore.acquire(50);
    expect(semaphore.tryTake(1)).toBe(false);
    semaphore.giveBack(60);
    (await waiting)();
    expect(semaphore.tryTake(101)).toBe(false);
    expect(semaphore.tryTake(100)).toBe(true);
  });
});
