import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, property, tuple } from 'fast-check';

import { RuleLanguage } from './rule-language.js';

function clausesOf(source: string): readonly string[] {
  const compiled = new RuleLanguage({ products: ['a'] }).compile(source, 'bool');
  return compiled.clauses().map(({ text }) => text);
}

const comparisons = [
  'get("A") == "x"',
  '(get("A")) == "x"',
  'get("A") == ("x")',
  '((get("A")) + "b").contains(")")',
  'get("(") == r\'\\(\'',
  '"\\")" != """ " ( """',
  '!("a" in products)',
  '!( has(annotations.A) ) // )',
  '!(!(get("A") == "x" && get("B") == "y"))',
  'get("A") == "x" ? true : (get("é😀") == "(")',
];

describe('the clauses of a condition', () => {
  it.each([
    [
      'lower(get("A")) == "b2g" && !("B2G" in products)',
      ['lower(get("A")) == "b2g"', '!("B2G" in products)'],
    ],
    ['!( "a" in products ) && (true)', ['!( "a" in products )', 'true']],
    ['(get("A")) == "(" && ((true && !(false)))', ['(get("A")) == "("', 'true', '!(false)']],
  ])('of %s are complete', (source, clauses) => {
    expect(clausesOf(source)).toEqual(clauses);
  });

  it('are what the author wrote between the && signs, however it is put in parentheses', () => {
    const condition = array(constantFrom(...comparisons), { minLength: 1, maxLength: 5 });
    const parentheses = array(tuple(constantFrom(1, 2), constantFrom('', ' ')), {
      minLength: 5,
      maxLength: 5,
    });
    assert(
      property(condition, parentheses, (clauses, around) => {
        const source = clauses.reduce((before, clause, index) => {
          const [count = 1, space = ''] = around[index] ?? [];
          const wrapped = `${'('.repeat(count)}${space}${clause}\n${')'.repeat(count)}`;
          return before === '' ? wrapped : `(${before}) && ${wrapped}`;
        }, '');
        const expected = clauses.map((clause) => clause.replace(' // )', ''));
        expect(clausesOf(source)).toEqual(expected);
      }),
    );
  });
});
