import { describe, expect, it } from '@jest/globals';

import { expectedRate, multiply, ordinaryDay, poisson, seededRandom, surgeDay } from './load.js';

const hour = 3600;

describe('a day of load', () => {
  it('is quietest at night and busiest in the afternoon', () => {
    const quiet = { ...ordinaryDay, releaseFactor: 1 };
    expect(expectedRate(quiet, 4 * hour)).toBeCloseTo(20, 6);
    expect(expectedRate(quiet, 16 * hour)).toBeCloseTo(30, 6);
  });

  it('grows by half within three minutes of a release, and declines', () => {
    const before = expectedRate(ordinaryDay, 15 * hour);
    expect(expectedRate(ordinaryDay, 15 * hour + 180) / before).toBeCloseTo(1.5, 2);
    expect(expectedRate(ordinaryDay, 21 * hour)).toBeLessThan(27);
  });

  it('can be multiplied, as a whole or within a minute', () => {
    expect(expectedRate(multiply(ordinaryDay, 100), 4 * hour)).toBeCloseTo(2000, 6);
    expect(expectedRate(surgeDay(10), 15 * hour + 60)).toBeGreaterThan(290);
  });
});

describe('random arrivals', () => {
  it.each([0.5, 20, 3000])('are %d on average, with the variance of a Poisson process', (mean) => {
    const random = seededRandom(7);
    const counts = Array.from({ length: 20_000 }, () => poisson(mean, random));
    const average = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - average) ** 2, 0) / counts.length;
    expect(average / mean).toBeCloseTo(1, 1);
    expect(variance / mean).toBeCloseTo(1, 1);
  });

  it('are the same for the same seed, and differ for another', () => {
    const first = [1, 1, 2].map((seed) => Array.from({ length: 3 }, seededRandom(seed)));
    expect(first[0]).toEqual(first[1]);
    expect(first[0]).not.toEqual(first[2]);
  });
});
