import { RE2JS } from 're2js';
import { describe, expect, it } from '@jest/globals';
import { parsePattern } from './pattern.js';

describe('parsePattern', () => {
  it.each([
    ['free', 'free', '.*(free).*'],
    ['^(a|b)$', '^(a|b)$', '((a|b))'],
    ['a|b', 'a|b', '.*(a|b).*'],
    ['^\\d+\\.\\w{2,}\\s?', '^[0-9]+\\.[A-Za-z0-9_]{2,}[ \t\n\f\r]?', null],
    ['\\D', '[^0-9]', '.*([^0-9]).*'],
    ['[^a-z\\d_]', '[^a-z0-9\\_]', '.*([^a-z0-9\\_]).*'],
    ['a\\$', 'a\\$', '.*(a\\$).*'],
    ['a\\\\$', 'a\\\\$', '.*(a\\\\)'],
    ['x"#@&<>~-', 'x\\"\\#\\@\\&\\<\\>\\~\\-', null],
    ['漢.💥', '漢.💥', null],
  ])('reads %j', (source, re2, lucene) => {
    const pattern = parsePattern(source);
    expect(pattern.re2).toBe(`(?s)${re2}`);
    expect(pattern.lucene).toBe(lucene ?? pattern.lucene);
    expect(RE2JS.compile(pattern.re2)).toBeDefined();
  });

  it.each([
    ['', 'has an empty part'],
    ['^a|b', 'has ^ or $ beside |'],
    ['a||b', 'has an empty part'],
    ['()', 'has an empty part'],
    ['*a', 'has an empty part'],
    ['(a', 'has a group that is not closed'],
    ['a)', 'closes a group that is not open'],
    ['a*?', 'has a repetition of a repetition'],
    ['a{2}{3}', 'has a repetition of a repetition'],
    ['a{101}', 'repeats more than 100 times'],
    ['(?i)a', 'has "(?i", which is not supported'],
    ['(?=a)', 'has "(?=", which is not supported'],
    ['(a)\\1', 'has "\\\\1", which is not supported'],
    ['a\\b', 'has "\\\\b", which is not supported'],
    ['a^b', 'has "^b", which is not supported'],
    ['a$b', 'has "$b", which is not supported'],
    ['a{', 'has "{", which is not supported'],
    ['[]', 'has "[]", which is not supported'],
    ['[a', 'has "[a", which is not supported'],
    ['[[:alpha:]]', 'has a class [[:alpha:] that is not supported'],
    ['[a-z-9]', 'has a class [a-z-9] that is not supported'],
    ['[a-\\d]', 'has a class [a-\\d] that is not supported'],
    ['[a-]', 'has a class [a-] that is not supported'],
    ['[\\w-z]', 'has a class [\\w-z] that is not supported'],
    ['[z-a]', 'cannot be used'],
    ['((a{100}){100})', 'cannot be used'],
  ])('refuses %j: it %s', (source, problem) => {
    expect(() => parsePattern(source)).toThrow(
      expect.objectContaining({ code: 'refused', message: expect.stringContaining(problem) }),
    );
  });
});
