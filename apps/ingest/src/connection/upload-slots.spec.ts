import { describe, expect, it } from '@jest/globals';

import { UploadSlots } from './upload-slots.js';

describe('UploadSlots', () => {
  it('gives slots until all are taken, and again after one is freed', () => {
    const slots = new UploadSlots(2);
    const first = slots.tryTake();
    const second = slots.tryTake();
    expect(slots.tryTake()).toBeUndefined();
    expect(slots.problem()).toBe('2 uploads are in flight');
    first?.();
    expect(slots.problem()).toBeUndefined();
    expect(slots.tryTake()).toBeInstanceOf(Function);
    expect(slots.tryTake()).toBeUndefined();
    second?.();
    expect(slots.used).toBe(1);
  });

  it('frees a slot only once', () => {
    const slots = new UploadSlots(3);
    const free = slots.tryTake();
    slots.tryTake();
    free?.();
    free?.();
    expect(slots.used).toBe(1);
  });
});
