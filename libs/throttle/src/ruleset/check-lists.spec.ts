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
  it('may hold texts or groups of texts', () => {
    expect(
      errorsOf('  a: [x, "1", Firefox Enterprise]\n  b: { Fenix: [x], "52": [y, z] }'),
    ).toEqual([]);
  });

  it.each([
    ['  a-b: [x]', '"a-b" cannot be the name of a list'],
    ['  1a: [x]', '"1a" cannot be the name of a list'],
    ['  annotations: [x]', 'annotations already means something'],
    ['  int: [x]', 'int already means something'],
    ['  in: [x]', 'in already means something'],
    ['  __proto__: [x]', '__proto__ already means something'],
    ['  a: []', 'a list must not be empty'],
    ['  a: {}', 'a list must not be empty'],
    ['  a: { b: [] }', 'a list must not be empty'],
    ['  a: x', 'a list must hold texts, or groups of texts, but is a text'],
    ['  a:', 'a list must hold texts, or groups of texts, but is empty'],
    ['  a: { b: x }', 'a group of a list must hold texts, but is a text'],
    ['  a: [1]', 'a list holds texts, but this is the number 1 (put it in quotes)'],
    ['  a: [true]', 'a list holds texts, but this is the boolean true'],
    ['  a: [[x]]', 'a list holds texts, but this is a list'],
    ['  a: { b: [{ c: d }] }', 'a list holds texts, but this is a set of keys'],
    ['  a: { 1: [x] }', 'a key must be a text (put it in quotes)'],
    ['  - a', 'lists must hold keys and values, but is a list'],
  ])('refuses %j: %s', (lists, why) => {
    expect(errorsOf(lists).join('\n')).toContain(why);
  });

  it('keeps to its caps', () => {
    expect(errorsOf(`  a: [${items(1000)}]`)).toEqual([]);
    expect(errorsOf(`  a: [${items(1001)}]`).join()).toContain('holds 1001 texts, at most 1000');
    expect(errorsOf(`  a: { b: [${items(600)}], c: [${items(600)}] }`).join()).toContain('1200');
    expect(errorsOf(`  a: [${'x'.repeat(201)}]`).join()).toContain('at most 200 characters');
    const lists = Array.from({ length: 101 }, (_, index) => `  l${index}: [x]`).join('\n');
    expect(errorsOf(lists).join()).toContain('there are 101 lists, at most 100');
  });

  it('leaves a broken list known, so that rules which use it are not reported too', () => {
    expect(errorsOf('  products: [1]', 'get("P") in products')).toEqual([
      '4:14: a list holds texts, but this is the number 1 (put it in quotes)',
    ]);
  });
});
