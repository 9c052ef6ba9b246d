import { describe, expect, it } from '@jest/globals';
import { Counts } from './counts.js';

describe.each(['many', 'few'] as const)('counts of %s', (kind) => {
  it.each([0, 7, 2 ** 20 - 1, 2 ** 20, 2 ** 40, -1, 1.5])('count the number %d', (number) => {
    const counts = new Counts(kind);
    expect(counts.at(number)).toBeUndefined();
    counts.add(3, 1);
    counts.add(number, 10);
    counts.add(number, 30);
    counts.add(number, 20);
    counts.addAll(number, { count: 2, first: 5, last: 6 });
    expect(counts.at(number)).toEqual({ count: 5, first: 5, last: 30 });
    expect(counts.all()).toEqual([3, number]);
    expect(counts.size).toBe(2);
  });

  it('know the largest, with all of equal size', () => {
    const counts = new Counts(kind);
    for (const number of [5, 5, 5, 2, 2, 9, 9, 1]) counts.add(number, 0);
    expect(counts.largest(1)).toEqual([5]);
    expect(counts.largest(2)).toEqual([5, 2, 9]);
    expect(counts.largest(9)).toEqual([5, 2, 9, 1]);
    expect(new Counts(kind).largest(1)).toEqual([]);
  });

  it('counts by parts of the time', () => {
    const counts = new Counts('many', { since: 1000, length: 10, count: 3 });
    for (const date of [1000, 1009, 1029]) counts.add(7, date);
    counts.add(2 ** 40, 1015);
    expect(counts.hasParts).toBe(true);
    expect([counts.partsOf(7), counts.partsOf(2 ** 40)]).toEqual([
      [2, 0, 1],
      [0, 1, 0],
    ]);
  });

  it('gives up the parts when they become too many', () => {
    const counts = new Counts('many', { since: 0, length: 1, count: 400 });
    for (let number = 1; number <= 10_000; number += 1) counts.add(number, 0);
    expect(counts.hasParts).toBe(true);
    counts.add(10_001, 0);
    counts.add(1, 399);
    expect([counts.hasParts, counts.size, counts.at(1)?.count]).toEqual([false, 10_001, 2]);
  });
});
