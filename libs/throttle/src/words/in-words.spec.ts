import { describe, expect, it } from '@jest/globals';

import { mozillaRuleset } from '#antenna/bundled-rules';
import { parseRuleset } from '../ruleset/parse-ruleset.js';
import { conditionInWords } from './condition-in-words.js';
import { outcomeInWords } from './outcome-in-words.js';
import type { Words } from './words.js';

const lists = { products: ['a', 'b'], packages: { a: ['x'] } };

/** With values in quotes, lists in brackets and expressions in backticks. */
function plain(words: Words | undefined): string | undefined {
  return words
    ?.map((word) => {
      if (typeof word === 'string') return word;
      return { annotation: '', value: '"', list: '_', expression: '`' }[word.kind] + word.text;
    })
    .join('');
}

describe('conditionInWords', () => {
  it.each([
    ['true', ''],
    ['get("A") == "b"', 'A is "b'],
    ['get("A") != "b"', 'A is not "b'],
    ['!(get("A") == "b")', 'A is not "b'],
    ['!(get("A") != "b")', 'A is "b'],
    ['get("A") == ""', 'A is missing or empty'],
    ['get("A") != ""', 'A is not empty'],
    ['annotations.A == "b"', 'A is "b'],
    ['get("A", "b") == "b"', 'A is "b or missing'],
    ['get("A", "b") != "b"', 'A is present and not "b'],
    ['get("A", "b") == "c"', 'A ("b if it is missing) is "c'],
    ['get("A") in products', 'A is in _products'],
    ['!(get("A") in products)', 'A is not in _products'],
    ['"b" in products', '"b is in _products'],
    ['get("A") in packages', 'A is a group of _packages'],
    ['get("B") in packages[get("A")]', 'B is in the group of A in _packages'],
    ['get("A") in ["b", "c"]', 'A is one of "b, "c'],
    ['!(get("A") in ["b", "c"])', 'A is none of "b, "c'],
    ['has(annotations.A)', 'A is present'],
    ['!has(annotations.A)', 'A is missing'],
    ['get("A").startsWith("b")', 'A starts with "b'],
    ['!get("A").endsWith("b")', 'A does not end with "b'],
    ['lower(get("A")).contains("b")', 'A in lower case contains "b'],
    ['get("A").trim() == "b"', 'A without spaces around it is "b'],
    ['get("A").matches("^b")', 'A matches the pattern `^b'],
    ['product() == "b"', 'the product is "b'],
    ['get("A") < "b"', 'A sorts before "b'],
    ['!(get("A") < "b")', 'A sorts after or is "b'],
    ['int(get("A")) >= 3', 'A as a number is at least 3'],
    ['size(get("A")) > 3', 'A has more than 3 characters'],
    ['buildAgeDays(get("A")) > 730', 'A is more than 730 days old'],
    ['buildAgeDays(get("A")) <= 7', 'A is at most 7 days old, or is no build ID'],
    ['!(buildAgeDays(get("A")) <= 7)', 'A is more than 7 days old'],
    ['get("A") == "b" && get("C") == "d"', 'A is "b, and C is "d'],
    ['get("A") == "b" || get("C") == "d"', 'either A is "b or C is "d'],
    ['!(get("A") == "b" || get("C") == "d")', 'A is not "b, and C is not "d'],
    [
      '(get("A") == "b" || get("C") == "d") && has(annotations.E)',
      'either A is "b or C is "d, and E is present',
    ],
  ])('puts %s into words', (match, words) => {
    expect(plain(conditionInWords(match, lists))).toBe(words);
  });

  it.each([
    'get("A") == get("B")',
    'get("A") + "b" == "c"',
    '!(get("A") == "b" && get("C") == "d")',
    '(get("A") == "b" && get("C") == "d") || has(annotations.E)',
    'products.exists(p, get("A").startsWith(p))',
    'json(get("A")).?b.orValue("") == "c"',
    'has(annotations.A) ? get("B") == "c" : get("D") == "e"',
    'get("A") in products == true',
    'double(get("A")) > 1.5',
    'get("A").substring(0, 2) == "ab"',
    'int(get("A")) > int(get("B"))',
    'size(products) > 3',
  ])('has no words for %s', (match) => {
    expect(conditionInWords(match, lists)).toBeUndefined();
  });

  it('keeps a clause without words as an expression', () => {
    expect(plain(conditionInWords('get("A") == "b" && get("C") == get("D")', lists))).toBe(
      'A is "b, and `get("C") == get("D")',
    );
  });

  it('has words for at least a part of every bundled rule', () => {
    const { ruleset } = parseRuleset(mozillaRuleset);
    const rules = ruleset?.document.rules ?? [];
    const inWords = rules.filter(({ match }) =>
      conditionInWords(match, ruleset?.document.lists ?? {}),
    );
    expect(inWords).toHaveLength(rules.length);
    expect(rules.length).toBeGreaterThan(10);
  });
});

describe('outcomeInWords', () => {
  const rule = { name: 'a', match: 'true' };

  it.each([
    ['accept', 'keep'],
    ['defer', 'keep without processing'],
    ['reject', 'reject'],
    ['fakeaccept', 'pretend to keep'],
  ] as const)('puts the result %s into words', (result, words) => {
    expect(plain(outcomeInWords({ ...rule, result }))).toBe(words);
  });

  it('says that clients are told to send no more', () => {
    expect(plain(outcomeInWords({ ...rule, result: 'reject', stopSending: true }))).toBe(
      'reject, and tell clients to send no more of this version',
    );
  });

  it.each([
    [{ within: 'accept', beyond: 'reject' }, 'keep 10 %, reject the rest'],
    [{ within: 'continue', beyond: 'reject' }, 'pass 10 % on to the next rules, reject the rest'],
    [
      { within: 'defer', beyond: 'fakeaccept', by: 'get("ID")' },
      'keep 10 % without processing, pretend to keep the rest, always the same for the same ID',
    ],
    [
      { within: 'accept', beyond: 'reject', by: 'get("A") + get("B")' },
      'keep 10 %, reject the rest, always the same for the same `get("A") + get("B")',
    ],
  ] as const)('puts the sample %j into words', (sample, words) => {
    expect(plain(outcomeInWords({ ...rule, sample: { percent: 10, ...sample } }))).toBe(words);
  });
});
