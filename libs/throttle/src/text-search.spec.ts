import { describe, expect, it } from '@jest/globals';
import { containsText } from './text-search.js';

describe('containsText', () => {
  it.each([
    ['org.mozilla.fenix', 'mozilla', true],
    ['org.mozilla.fenix', 'Mozilla', false],
    ['anything', '', true],
    ['', 'x', false],
  ])('%j contains %j: %s', (text, needle, found) => {
    expect(containsText(text, needle)).toBe(found);
  });

  it('finds short texts in very long ones, and long texts in short ones', () => {
    expect(containsText(`${'a'.repeat(10_000_000)}b`, `${'a'.repeat(200)}b`)).toBe(true);
    expect(containsText('a'.repeat(1000), 'a'.repeat(100_000))).toBe(false);
  });

  it('refuses a pair of texts whose search would take minutes', () => {
    const half = 'a'.repeat(100_000);
    expect(() => containsText('a'.repeat(4_000_000), `${half}b${half}`)).toThrow(RangeError);
  });
});
