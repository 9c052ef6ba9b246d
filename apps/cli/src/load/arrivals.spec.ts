import { seededRandom } from '#antenna/crash-client';
import { describe, expect, it } from '@jest/globals';
import { arrivals, type RatePlan, rateAt } from './arrivals.js';

const plan: RatePlan = {
  shape: 'soak',
  rate: 20,
  durationMs: 100_000,
  steps: 5,
  dayMs: 50_000,
  night: 0.25,
  factor: 1.5,
};

const random = (seed: number): (() => number) => {
  const source = seededRandom(seed);
  return () => source.below(2 ** 32) / 2 ** 32;
};

const dueWithin = (times: readonly number[], from: number, to: number): number =>
  times.filter((time) => time >= from && time < to).length;

describe('arrivals', () => {
  it('spreads the reports of a soak evenly when gaps are not random', () => {
    const times = [...arrivals({ ...plan, durationMs: 1000 }, undefined)];
    expect(times.map((time) => Math.round(time))).toEqual(
      Array.from({ length: 20 }, (_, index) => 50 * (index + 1)),
    );
  });

  it('returns the same times for the same seed, in order, and others for another seed', () => {
    const times = [...arrivals(plan, random(7))];
    expect([...arrivals(plan, random(7))]).toEqual(times);
    expect([...arrivals(plan, random(8))]).not.toEqual(times);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(plan.durationMs);
  });

  it('has the number and the spread of the gaps of a Poisson process', () => {
    const times = [...arrivals({ ...plan, durationMs: 1_000_000 }, random(1))];
    const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(
      gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length,
    );
    expect(times.length / 20_000).toBeCloseTo(1, 1);
    // Of an exponential distribution, both are the same.
    expect(deviation / mean).toBeCloseTo(1, 1);
  });

  it('adds the same rate with each step', () => {
    const times = [...arrivals({ ...plan, shape: 'steps' }, undefined)];
    const counts = [0, 1, 2, 3, 4].map((step) =>
      dueWithin(times, step * 20_000, (step + 1) * 20_000),
    );
    expect(counts.map((count) => Math.round(count / 10) * 10)).toEqual([80, 160, 240, 320, 400]);
  });

  it('begins a wave at night and is busiest at noon', () => {
    const wave = { ...plan, shape: 'wave' } as const;
    expect([0, 25_000, 50_000, 75_000].map((atMs) => rateAt(wave, atMs))).toEqual([5, 20, 5, 20]);
    const times = [...arrivals(wave, undefined)];
    expect(times.length / (12.5 * 100)).toBeCloseTo(1, 1);
  });

  it('raises the rate of a spike after a quarter of the time and lowers it at three quarters', () => {
    const spike = { ...plan, shape: 'spike' } as const;
    const rates = [0, 25_000, 30_000, 35_000, 75_000, 80_000, 85_000, 100_000];
    expect(rates.map((atMs) => rateAt(spike, atMs))).toEqual([20, 20, 25, 30, 30, 25, 20, 20]);
  });

  it('raises the rate of a long spike within three minutes', () => {
    const spike = { ...plan, shape: 'spike', durationMs: 4 * 3_600_000 } as const;
    expect(rateAt(spike, 3_600_000)).toBe(20);
    expect(rateAt(spike, 3_600_000 + 180_000)).toBe(30);
  });
});
