import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '#antenna/crash-client';
import { CorpusOptionsError } from './corpus-options-error.js';
import { defaultSizes, type SizeDistribution, sizeDistribution } from './size-distribution.js';

const draws = 20_000;

function sorted(sizes: SizeDistribution): number[] {
  const draw = sizeDistribution(sizes);
  const random = seededRandom(3);
  return Array.from({ length: draws }, () => draw(random)).toSorted((a, b) => a - b);
}

describe('sizeDistribution', () => {
  it.each([
    defaultSizes,
    { meanBytes: 5000, p95Bytes: 12_000, maxBytes: 1_000_000 },
    { meanBytes: 2_000_000, p95Bytes: 6_000_000, maxBytes: 25_000_000 },
  ])('has mean, 95th percentile and maximum of %j', (sizes) => {
    const drawn = sorted(sizes);
    const mean = drawn.reduce((sum, size) => sum + size, 0) / draws;
    expect(mean / sizes.meanBytes).toBeCloseTo(1, 1);
    expect((drawn[draws * 0.95] ?? 0) / sizes.p95Bytes).toBeCloseTo(1, 1);
    expect(drawn.at(-1)).toBeLessThanOrEqual(sizes.maxBytes);
    expect(drawn[0]).toBeGreaterThan(0);
  });

  it('has a few sizes above 20 MB by default, and most around the median', () => {
    const drawn = sorted(defaultSizes);
    const large = drawn.filter((size) => size > 20_000_000).length;
    expect(large).toBeGreaterThanOrEqual(2);
    expect(large).toBeLessThan(draws / 500);
    expect(drawn[draws / 2]).toBeGreaterThan(300_000);
    expect(drawn[draws / 2]).toBeLessThan(500_000);
  });

  it.each([
    [{ p95Bytes: 100_000 }, /mean size of 600000 bytes .* must be between \d+ and \d+/],
    [{ meanBytes: 1000 }, /mean size of 1000 bytes .* must be between \d+ and \d+/],
    [{ maxBytes: 2_000_000 }, /maximum size of 2000000 bytes must be at least twice/],
  ])('refuses %j and says what is possible', (change, message) => {
    const refused = (): unknown => sizeDistribution({ ...defaultSizes, ...change });
    expect(refused).toThrow(CorpusOptionsError);
    expect(refused).toThrow(message);
  });
});
