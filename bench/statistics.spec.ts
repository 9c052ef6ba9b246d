import { describe, expect, it } from '@jest/globals';

import { percentile, ratios, spreadOf } from './statistics.js';

describe('the spread of repeated measurements', () => {
  it('has the middle value of an odd number', () => {
    expect(spreadOf([5, 1, 40])).toEqual({ min: 1, median: 5, max: 40 });
  });

  it('has the mean of the two middle values of an even number', () => {
    expect(spreadOf([4, 1, 2, 30])).toEqual({ min: 1, median: 3, max: 30 });
  });

  it('sorts by number and not as strings', () => {
    expect(spreadOf([100, 20, 3])).toEqual({ min: 3, median: 20, max: 100 });
  });

  it('throws without values', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('of part %d is the nearest rank', (part, expected) => {
    expect(percentile(hundred, part)).toBe(expected);
  });

  it('of a single value is that value', () => {
    expect(percentile([7], 0.99)).toBe(7);
  });
});

describe('ratios', () => {
  it('compares values of the same round', () => {
    expect(ratios([3, 8], [6, 4])).toEqual([0.5, 2]);
  });

  it('leaves out a round that one side did not finish', () => {
    expect(ratios([3], [6, 4])).toEqual([0.5]);
  });
});
