import { describe, expect, it } from '@jest/globals';
import { LinearPattern } from './linear-pattern.js';

describe('LinearPattern', () => {
  it.each([
    ['^5[2-9]\\.', '52.0a1', true],
    ['^5[2-9]\\.', '152.0', false],
    ['b+', 'aabba', true],
    ['(?i)firefox', 'FIREFOX', true],
    ['^$', '', true],
    ['^x$', 'a\nx\nb', false],
  ])('tests %s on %j: %s', (pattern, text, found) => {
    expect(new LinearPattern(pattern).test(text)).toBe(found);
  });

  it('evaluates patterns at once for which a backtracking engine would take years', () => {
    const text = `${'a'.repeat(100_000)}!`;
    expect(new LinearPattern('^(a+)+$').test(text)).toBe(false);
    expect(new LinearPattern('^(a|aa)*$').test(text)).toBe(false);
    expect(new LinearPattern('(x+x+)+y').test(text.replaceAll('a', 'x'))).toBe(false);
  });

  it.each(['(', '[z-a]', '(?=a)', '(?<!a)b', '(a)\\1', 'a{1001}', '((a{100}){100}){100}'])(
    'refuses %s',
    (pattern) => {
      expect(() => new LinearPattern(pattern)).toThrow(/^invalid regular expression/);
    },
  );

  it('refuses a pattern that compiles to too many instructions', () => {
    expect(() => new LinearPattern('(.|..|...){1000}')).toThrow(/too large/);
  });

  it('costs more only for longer strings and larger patterns', () => {
    const [small, large] = [new LinearPattern('a+'), new LinearPattern('(.|..|...){200}$')];
    expect(small.steps('x'.repeat(2000))).toBe(small.steps('a'.repeat(1000)) * 2);
    expect(large.steps('a')).toBeGreaterThan(small.steps('a') * 50);
  });
});
