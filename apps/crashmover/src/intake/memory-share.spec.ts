import { describe, expect, it } from '@jest/globals';

import { MemoryShare } from './memory-share.js';

/** Starts takers in order and tells which of them hold memory. */
function takers(share: MemoryShare) {
  const holding = new Map<string, () => void>();
  const take = async (name: string, bytes: number): Promise<void> => {
    holding.set(name, await share.take(bytes));
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

/** All promise reactions that are due have run by then. */
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

describe('MemoryShare', () => {
  it('lets in what fits and makes the rest wait its turn', async () => {
    const { take, free, holding } = takers(new MemoryShare(100));
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

  it('lets in one that is larger than the whole, alone', async () => {
    const { take, free, holding, all } = takers(new MemoryShare(100));
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
