import { describe, expect, it } from '@jest/globals';
import { parseJsonForRules } from './json-for-rules.js';

describe('parseJsonForRules', () => {
  it('returns whole numbers as CEL ints and other numbers as doubles, as Python distinguishes them', () => {
    expect(parseJsonForRules('[9600, -1, 9600.0, 96e2, 1.5, 9007199254740993]')).toEqual([
      9600n,
      -1n,
      9600,
      9600,
      1.5,
      9007199254740993n,
    ]);
  });

  it('returns whole numbers beyond 64 bits as doubles', () => {
    expect(parseJsonForRules('[9223372036854775807, 9223372036854775808]')).toEqual([
      9223372036854775807n,
      9223372036854775808,
    ]);
    expect(parseJsonForRules('9'.repeat(400_000))).toBe(Number.POSITIVE_INFINITY);
  });

  it('keeps structures, strings, booleans and null', () => {
    expect(parseJsonForRules('{"a": {"b": [true, null, "x", {}]}}')).toEqual({
      a: { b: [true, null, 'x', {}] },
    });
  });

  it('keeps a key named __proto__ as a plain key', () => {
    const value = parseJsonForRules('{"__proto__": {"polluted": 1}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(value).not.toHaveProperty('polluted');
  });

  it.each(['', '{', "{'a': 1}", 'None', 'undefined', '[1,]', 'NaN', '{} x'])(
    'returns null for %j, which is not JSON',
    (text) => {
      expect(parseJsonForRules(text)).toBeNull();
    },
  );

  it('returns null for JSON that is too deep or too long', () => {
    expect(parseJsonForRules(`${'['.repeat(64)}${']'.repeat(64)}`)).not.toBeNull();
    expect(parseJsonForRules(`${'['.repeat(65)}${']'.repeat(65)}`)).toBeNull();
    expect(parseJsonForRules('['.repeat(500_000))).toBeNull();
    expect(parseJsonForRules(`"${'x'.repeat(524_286)}"`)).toHaveLength(524_286);
    expect(parseJsonForRules(`"${'x'.repeat(524_287)}"`)).toBeNull();
  });
});
