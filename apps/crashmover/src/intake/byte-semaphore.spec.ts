import { describe, expect, it } from '@jest/globals';

import { ByteSemaphore } from './byte-semaphore.js';

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
});
