import { describe, expect, it } from '@jest/globals';
import { searchSteps } from './string-search.js';

describe('searchSteps', () => {
  const text = 'a'.repeat(1_000_000);

  it('grows only with the length of the string for a substring of ordinary length', () => {
    expect(searchSteps(text, 'Firefox')).toBe(4_000_000);
    expect(searchSteps(text, 'a'.repeat(250))).toBe(4_000_000);
  });

  it('grows with both lengths for a very long substring', () => {
    expect(searchSteps(text, 'a'.repeat(1001))).toBe((999_000 * 1001) / 4);
    expect(searchSteps(text, 'a'.repeat(10_001))).toBe((990_000 * 10_001) / 4);
  });

  it('is small for two strings of about the same length', () => {
    expect(searchSteps(text, text)).toBe(250_000);
    expect(searchSteps(text, `${text}a`)).toBe(0);
  });
});
