import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isSampled } from './sample.js';

const ids = Array.from({ length: 10_000 }, (_, n) =>
  createHash('md5').update(`${n}`).digest('hex'),
);

describe('isSampled', () => {
  it('chooses about the share, and each larger share includes the smaller one', () => {
    const tenth = ids.filter((id) => isSampled(id, 0.1));
    expect(tenth.length).toBeGreaterThan(900);
    expect(tenth.length).toBeLessThan(1100);
    expect(tenth.filter((id) => !isSampled(id, 0.2))).toEqual([]);
    expect(ids.filter((id) => !isSampled(id, 1))).toEqual([]);
  });

  it('chooses the same crashes in each version', () => {
    const chosen = ids.slice(0, 40).filter((id) => isSampled(id, 0.1));
    expect(chosen.map((id) => ids.indexOf(id))).toEqual([1, 10, 12, 15, 29, 39]);
  });
});
