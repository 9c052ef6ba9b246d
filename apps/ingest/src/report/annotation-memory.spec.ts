import { describe, expect, it } from '@jest/globals';

import { AnnotationMemory, ByteBudget } from './annotation-memory.js';

const limits = { maxAnnotationBytes: 1000, maxAnnotationsBytes: 1000 };

describe('AnnotationMemory', () => {
  it('takes nothing from the shared budget when not all of it fits', () => {
    const budget = new ByteBudget(100);
    const memory = new AnnotationMemory(limits, budget);
    memory.take(60);
    expect(() => memory.take(41)).toThrow('unavailable: annotation memory is exhausted');
    memory.take(40);
    expect(budget.tryTake(1)).toBe(false);
  });

  it('returns all its bytes to the shared budget, once', () => {
    const budget = new ByteBudget(100);
    const memory = new AnnotationMemory(limits, budget);
    memory.take(60);
    memory.release();
    memory.release();
    expect(budget.tryTake(100)).toBe(true);
    expect(budget.tryTake(1)).toBe(false);
  });
});
