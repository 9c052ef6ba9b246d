import { describe, expect, it } from '@jest/globals';

import { SpoolSpace } from './spool-space.js';

describe('SpoolSpace', () => {
  it('is full from nine tenths on, while what is under way may use the rest', () => {
    const space = new SpoolSpace(1000);
    space.reserve(899);
    expect(space.isFull).toBe(false);
    space.reserve(1);
    expect(space.isFull).toBe(true);
    space.reserve(100);
    expect(space.used).toBe(1000);
  });

  it('refuses what is beyond its capacity, and stays as it was', () => {
    const space = new SpoolSpace(1000);
    space.reserve(600);
    expect(() => space.reserve(401)).toThrow(
      expect.objectContaining({ code: 'spool_full', message: 'the spool holds 600 of 1000 bytes' }),
    );
    expect(space.used).toBe(600);
  });

  it('counts a draft until it is kept or given up, and an envelope until it is shipped', () => {
    const space = new SpoolSpace(1000);
    space.found(100);
    space.reserve(200);
    space.reserve(300);
    space.keep(200);
    expect([space.kept, space.used]).toEqual([300, 600]);
    space.release(300);
    expect([space.kept, space.used]).toEqual([300, 300]);
    space.free(100);
    space.free(200);
    expect([space.kept, space.used]).toEqual([0, 0]);
  });
});
