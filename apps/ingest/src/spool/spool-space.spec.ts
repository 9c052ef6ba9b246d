import { describe, expect, it } from '@jest/globals';

import { SpoolSpace } from './spool-space.js';

describe('SpoolSpace', () => {
  it('counts drafts and waiting envelopes', () => {
    const space = new SpoolSpace(1000);
    space.reserve(300);
    space.reserve(200);
    expect([space.used, space.kept]).toEqual([500, 0]);
    space.keep(300);
    expect([space.used, space.kept]).toEqual([500, 300]);
    space.release(200);
    space.addExisting(100);
    expect([space.used, space.kept]).toEqual([400, 400]);
    space.free(400);
    expect([space.used, space.kept]).toEqual([0, 0]);
  });

  it('reserves nothing when the bytes do not fit', () => {
    const space = new SpoolSpace(1000);
    space.reserve(600);
    expect(() => space.reserve(401)).toThrow('the spool holds 600 of 1000 bytes');
    expect(space.used).toBe(600);
    space.reserve(400);
    expect(space.used).toBe(1000);
  });

  it('has no more capacity than the volume, whose space it reads again and again', () => {
    const space = new SpoolSpace(1000);
    expect(space.capacity).toBe(1000);
    space.addExisting(300);
    space.volumeTakes(200);
    expect([space.capacity, space.isFull]).toEqual([500, false]);
    expect(() => space.reserve(201)).toThrow('the spool holds 300 of 500 bytes');
    space.reserve(150);
    expect(space.isFull).toBe(true);
    space.volumeTakes(-1);
    expect(space.capacity).toBe(450);
    space.volumeTakes(10_000);
    expect([space.capacity, space.isFull]).toEqual([1000, false]);
  });

  it('is full from 90% of its capacity', () => {
    const space = new SpoolSpace(1000);
    space.reserve(899);
    expect(space.isFull).toBe(false);
    space.reserve(1);
    expect(space.isFull).toBe(true);
    space.reserve(100);
    space.release(200);
    expect(space.isFull).toBe(false);
  });
});
