import { describe, expect, it } from '@jest/globals';
import { parseRuleset } from './parse-ruleset.js';
import { describeProblem } from '../document/ruleset-problem.js';

function errorsOf(lists: string, match = '"true"'): string[] {
  const text = `apiVersion: antenna/v1
kind: ThrottleRuleset
lists:
${lists}
rules:
  - name: one
    match: ${match}
    result: accept
`;
  return parseRuleset(text).errors.map(describeProblem);
}

function items(count: number): string {
  return Array.from({ length: count }, (_, index) => `x${index}`).join();
}

describe('lists of a ruleset', () => {
  it('can contain strings or groups of strings', () => {
    expect(
      errorsOf('  a: [x, "1", Firefox Enterprise]\n  b: { Fenix: [x], "52": [y, z] }'),
    ).toEqual([]);
  });

  it.each([
    ['  a-b: [x]', '"a-b" is not a valid name for a list'],
    ['  1a: [x]', '"1a" is not a valid name for a list'],
    ['  annotations: [x]', 'annotations is a reserved word'],
    ['  int: [x]', 'int is a reserved word'],
    ['  in: [x]', 'in is a reserved word'],
    ['  __proto__: [x]', '__proto__ is a reserved word'],
    ['  a: []', 'a list must not be empty'],
    ['  a: {}', 'a list must not be empty'],
    ['  a: { b: [] }', 'a list must not be empty'],
    ['  a: x', 'a list must contain strings or groups of strings, but is a string'],
    ['  a:', 'a list must contain strings or groups of strings, but is empty'],
    ['  a: { b: x }', 'a group of a list must contain strings, but is a string'],
    ['  a: [1]', 'a list must contain only strings, but this is the number 1 (put it in quotes)'],
    ['  a: [true]', 'a list must contain only strings, but this is the boolean true'],
    ['  a: [[x]]', 'a list must contain only strings, but this is a list'],
    ['  a: { b: [{ c: d }] }', 'a list must contain only strings, but this is a set of keys'],
    ['  a: { 1: [x] }', 'a key must be a string (put it in quotes)'],
    ['  - a', 'lists must contain keys and values, but is a list'],
  ])('are refused for %j: %s', (lists, why) => {
    expect(errorsOf(lists).join('\n')).toContain(why);
  });

  it('are refused beyond the limits', () => {
    expect(errorsOf(`  a: [${items(1000)}]`)).toEqual([]);
    expect(errorsOf(`  a: [${items(1001)}]`).join()).toContain(
      'the list has 1001 strings; the limit is 1000',
    );
    expect(errorsOf(`  a: { b: [${items(600)}], c: [${items(600)}] }`).join()).toContain('1200');
    expect(errorsOf(`  a: [${'x'.repeat(201)}]`).join()).toContain(
      'the string is 201 characters long; the limit is 200',
    );
    const lists = Array.from({ length: 101 }, (_, index) => `  l${index}: [x]`).join('\n');
    expect(errorsOf(lists).join()).toContain('there are 101 lists; the limit is 100');
  });

  it('with errors cause no further errors in the rules that use them', () => {
    expect(errorsOf('  products: [1]', 'get("P") in products')).toEqual([
      '4:14: a list must contain only strings, but this is the number 1 (put it in quotes)',
    ]);
  });
});
