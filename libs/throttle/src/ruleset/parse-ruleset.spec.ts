import { describe, expect, it } from '@jest/globals';
import { parseRuleset } from './parse-ruleset.js';
import { describeProblem } from '../document/ruleset-problem.js';

const head = 'apiVersion: antenna/v1\nkind: ThrottleRuleset\n';
const oneRule = 'rules:\n  - { name: one, match: "true", result: accept }\n';
const errorsOf = (text: string) => parseRuleset(text).errors.map(describeProblem);
const errorsOfRule = (fields: string) => errorsOf(`${head}rules:\n  - { ${fields} }\n`);

describe('parseRuleset', () => {
  it('gives the document of a valid ruleset', () => {
    const text = `${head}
lists:
  products: [Fenix, Firefox]
  packages: { Fenix: [a, b] }
rules:
  - name: one
    description: first
    match: get("ProductName") in products
    result: defer
  - name: two
    match: get("ProductName") in packages
    sample: { percent: 12.5, by: get("Client"), within: continue, beyond: fakeaccept }
`;
    expect(parseRuleset(text)).toEqual({
      ruleset: {
        apiVersion: 'antenna/v1',
        kind: 'ThrottleRuleset',
        lists: { products: ['Fenix', 'Firefox'], packages: { Fenix: ['a', 'b'] } },
        rules: [
          {
            name: 'one',
            description: 'first',
            match: 'get("ProductName") in products',
            result: 'defer',
          },
          {
            name: 'two',
            match: 'get("ProductName") in packages',
            sample: {
              percent: 12.5,
              by: 'get("Client")',
              within: 'continue',
              beyond: 'fakeaccept',
            },
          },
        ],
      },
      errors: [],
      warnings: [],
    });
  });

  it('needs no lists', () => {
    expect(parseRuleset(head + oneRule).ruleset?.lists).toEqual({});
  });

  it('reports every error at once, in the order of the text', () => {
    const text = `apiVersion: antenna/v2
kind: ThrottleRules
ruels: []
rules:
  - nam: one
    match: get("A") = "b"
    result: acept
  - name: two
    match: Fenix == get("ProductName")
    result: reject
`;
    expect(errorsOf(text)).toEqual([
      '1:13: apiVersion cannot be "antenna/v2" (did you mean antenna/v1?)',
      '2:7: kind cannot be "ThrottleRules" (did you mean ThrottleRuleset?)',
      '3:1: unknown key ruels (did you mean rules?)',
      '5:5: unknown key nam (did you mean name?)',
      '5:5: name is missing (add name: …)',
      '6:21: "=" cannot stand here (equality is written ==)',
      '7:13: result cannot be "acept" (did you mean accept?)',
      '9:12: rule two: nothing is called Fenix (a text stands in quotes, "Fenix"; an annotation is get("Fenix"))',
    ]);
  });

  it.each([
    ['', 'but is empty'],
    ['# only a comment\n', 'but is empty'],
    ['- a\n', 'but is a list'],
    ['hello\n', 'but is a text'],
    ['5\n', 'but is the number 5'],
  ])('refuses the document %j: %s', (text, why) => {
    expect(errorsOf(text)).toEqual([
      `1:1: a ruleset must hold keys and values, ${why} (write key: value, each on a line of its own)`,
    ]);
  });

  it.each([
    ['rules: []', 'a ruleset has 1 to 500 rules, not 0'],
    ['rules: x', 'rules must be a list of rules, but is a text'],
    ['lists: {}', 'rules is missing'],
    ['rules: [x]', 'a rule must hold keys and values, but is a text'],
    ['rules: [~]', 'a rule must hold keys and values, but is empty'],
  ])('refuses %j: %s', (text, why) => {
    expect(errorsOf(`${head}${text}\n`).join()).toContain(why);
  });

  it('refuses two rules of one name', () => {
    const text = `${head}${oneRule}${oneRule.replace('rules:\n', '')}`;
    expect(errorsOf(text)).toEqual([
      '5:13: rule one: another rule is already called one (names are counted in metrics: give every rule its own)',
    ]);
  });

  it.each([
    ['name: a b, match: "true", result: accept', '"a b" cannot be the name of a rule'],
    ['name: "", match: "true", result: accept', '"" cannot be the name of a rule'],
    [`name: ${'n'.repeat(101)}, match: "true", result: accept`, 'cannot be the name of a rule'],
    ['name: 52, match: "true", result: accept', 'name must be a text, but is the number 52'],
    ['name: a, match: true, result: accept', 'put it in quotes: "true"'],
    ['name: a, match: ~, result: accept', 'match must be a text, but is empty'],
    ['name: a, match: "", result: accept', 'the expression is empty'],
    ['name: a, result: accept', 'match is missing'],
    [`name: a, description: ${'d'.repeat(1001)}, match: "true", result: accept`, 'at most 1000'],
    ['name: a, match: "true"', 'a rule needs a result or a sample'],
    ['name: a, match: "true", result: continue', 'continue stands only inside a sample'],
    ['name: a, match: "true", result: ACCEPT', 'did you mean accept?'],
    [
      'name: a, match: "true", result: accept, sample: {}',
      'a rule has a result or a sample, not both',
    ],
    ['name: a, match: "true", result: accept, when: x', 'unknown key when'],
  ])('refuses a rule {%.60s}: %s', (fields, why) => {
    expect(errorsOfRule(fields).join()).toContain(why);
  });

  it.each([
    ['percent: "10", within: accept, beyond: reject', 'but is a text'],
    ['percent: 10%, within: accept, beyond: reject', 'but is a text'],
    ['percent: -0.1, within: accept, beyond: reject', 'but is the number -0.1'],
    ['percent: 100.1, within: accept, beyond: reject', 'but is the number 100.1'],
    ['percent: .nan, within: accept, beyond: reject', 'but is the number NaN'],
    ['percent: .inf, within: accept, beyond: reject', 'but is the number Infinity'],
    ['within: accept, beyond: reject', 'percent is missing'],
    ['percent: 1, beyond: reject', 'within is missing'],
    ['percent: 1, within: accept', 'beyond is missing'],
    ['percent: 1, within: accept, beyond: rejct', 'did you mean reject?'],
    ['percent: 1, within: accept, beyond: reject, of: 5', 'unknown key of'],
    ['percent: 1, within: accept, beyond: reject, by: has(annotations.A)', 'it must give string'],
    ['percent: 1, within: accept, beyond: reject, by: 5', 'by must be a text'],
  ])('refuses a sample {%s}: %s', (fields, why) => {
    expect(errorsOfRule(`name: a, match: "true", sample: { ${fields} }`).join()).toContain(why);
  });

  it.each([0, 0.001, 12.5, 100])('takes a percentage of %d', (percent) => {
    const fields = `sample: { percent: ${percent}, within: accept, beyond: reject }`;
    expect(errorsOfRule(`name: a, match: "true", ${fields}`)).toEqual([]);
  });
});
