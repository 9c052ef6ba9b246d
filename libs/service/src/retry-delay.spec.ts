import { describe, expect, it } from '@jest/globals';
import { retryDelayMs } from './retry-delay.js';

const limits = { baseMs: 100, maxMs: 1000 };

describe('retryDelayMs', () => {
  it.each([
    [0, 100],
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1000],
    [5000, 1000],
  ])('returns after %i failures a delay from 50 to 100 percent of %i ms', (attempt, full) => {
    expect(retryDelayMs(attempt, limits, () => 0)).toBe(full / 2);
    expect(retryDelayMs(attempt, limits, () => 1)).toBe(full);
  });

  it('returns random delays', () => {
    const delays = new Set(Array.from({ length: 20 }, () => retryDelayMs(5, limits)));

    expect(delays.size).toBeGreaterThan(1);
  });
});
