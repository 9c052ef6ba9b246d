import { describe, expect, it } from '@jest/globals';

import { Batcher } from './batcher.js';

describe('a batcher', () => {
  it('joins concurrent items into one batch and returns each its own result', async () => {
    const batches: (readonly number[])[] = [];
    const batcher = new Batcher(async (items: readonly number[]) => {
      batches.push(items);
      return items.map((item) => item * 2);
    });
    const results = await Promise.all([1, 2, 3].map((item) => batcher.add(item)));
    expect(results).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('puts at most ten items into a batch', async () => {
    const sizes: number[] = [];
    const batcher = new Batcher(async (items: readonly number[]) => {
      sizes.push(items.length);
      return items;
    });
    await Promise.all(Array.from({ length: 25 }, (_, item) => batcher.add(item)));
    expect(sizes).toEqual([10, 10, 5]);
  });

  it('starts a batch at once on flush', async () => {
    const batcher = new Batcher(async (items: readonly string[]) => items);
    const result = batcher.add('now');
    batcher.flush();
    expect(await result).toBe('now');
  });

  it('rejects all items of a failed batch and no others', async () => {
    let fails = true;
    const batcher = new Batcher(async (items: readonly string[]) => {
      if (fails) throw new Error('no answer');
      return items;
    });
    const [first, second] = await Promise.allSettled([batcher.add('a'), batcher.add('b')]);
    expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await batcher.add('c')).toBe('c');
  });

  it('rejects if results are missing', async () => {
    const batcher = new Batcher(async (): Promise<string[]> => []);
    await expect(batcher.add('a')).rejects.toThrow('0 results for 1 items');
  });
});
