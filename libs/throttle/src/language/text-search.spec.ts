import { describe, expect, it } from '@jest/globals';
import { searchSteps } from './text-search.js';

describe('searchSteps', () => {
  const text = 'a'.repeat(1_000_000);

  it('is the length of the text for a needle that a person writes', () => {
    expect(searchSteps(text, 'Firefox')).toBe(1_000_000);
    expect(searchSteps(text, 'a'.repeat(250))).toBe(1_000_000);
  });

  it('grows with both texts for a needle that only a machine sends', () => {
    expect(searchSteps(text, 'a'.repeat(1001))).toBe((999_000 * 1001) / 4);
    expect(searchSteps(text, 'a'.repeat(10_001))).toBe((990_000 * 10_001) / 4);
  });

  it('is little for two texts of about the same length', () => {
    expect(searchSteps(text, text)).toBe(250_000);
    expect(searchSteps(text, `${text}a`)).toBe(0);
  });
});
