import { describe, expect, it } from '@jest/globals';
import { parseRuleset } from './parse-ruleset.js';
import { describeProblem } from '../document/ruleset-problem.js';

const head = 'apiVersion: antenna/v1\nkind: ThrottleRuleset\n';
const oneRule = 'rules:\n  - { name: one, match: "true", result: accept }\n';
const errorsOf = (text: string) => parseRuleset(text).errors.map(describeProblem);
const errorsOfRule = (fields: string) => errorsOf(`${head}rules:\n  - { ${fields} }\n`);

describe('parseRuleset', () => {
  it('returns the document of a valid ruleset', () => {
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
    const { ruleset, errors, warnings } = parseRuleset(text);
    expect([errors, warnings]).toEqual([[], []]);
    expect(ruleset?.document).toEqual({
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
    });
  });

  it('accepts a ruleset without lists', () => {
    expect(parseRuleset(head + oneRule).ruleset?.document.lists).toEqual({});
  });

  it('reports all errors together, in the order of the document', () => {
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
      '1:13: apiVersion must not be "antenna/v2" (did you mean antenna/v1?)',
      '2:7: kind must not be "ThrottleRules" (did you mean ThrottleRuleset?)',
      '3:1: unknown key ruels (did you mean rules?)',
      '5:5: unknown key nam (did you mean name?)',
      '5:5: name is missing (add name: …)',
      '6:21: unexpected "=" (to compare, write ==)',
      '7:13: result must not be "acept" (did you mean accept?)',
      '9:12: rule two: unknown name Fenix (put a string in quotes, "Fenix"; read an annotation with get("Fenix"))',
    ]);
  });

  it.each([
    ['', 'but is empty'],
    ['# only a comment\n', 'but is empty'],
    ['- a\n', 'but is a list'],
    ['hello\n', 'but is a string'],
    ['5\n', 'but is the number 5'],
  ])('refuses the document %j: %s', (text, why) => {
    expect(errorsOf(text)).toEqual([
      `1:1: a ruleset must contain keys and values, ${why} (write key: value, one on each line)`,
    ]);
  });

  it.each([
    ['rules: []', 'a ruleset must have 1 to 500 rules, but has 0'],
    ['rules: x', 'rules must be a list of rules, but is a string'],
    ['lists: {}', 'rules is missing'],
    ['rules: [x]', 'a rule must contain keys and values, but is a string'],
    ['rules: [~]', 'a rule must contain keys and values, but is empty'],
  ])('refuses %j: %s', (text, why) => {
    expect(errorsOf(`${head}${text}\n`).join()).toContain(why);
  });

  it('refuses two rules with the same name', () => {
    const text = `${head}${oneRule}${oneRule.replace('rules:\n', '')}`;
    expect(errorsOf(text)).toEqual([
      '5:13: rule one: another rule is already named one (give every rule a name of its own: metrics count by name)',
    ]);
  });

  it.each([
    ['name: a b, match: "true", result: accept', '"a b" is not a valid name for a rule'],
    ['name: "", match: "true", result: accept', '"" is not a valid name for a rule'],
    [`name: ${'n'.repeat(101)}, match: "true", result: accept`, 'is not a valid name for a rule'],
    ['name: 52, match: "true", result: accept', 'name must be a string, but is the number 52'],
    ['name: a, match: true, result: accept', 'put it in quotes: "true"'],
    ['name: a, match: ~, result: accept', 'match must be a string, but is empty'],
    ['name: a, match: "", result: accept', 'the expression is empty'],
    ['name: a, result: accept', 'match is missing'],
    [
      `name: a, description: ${'d'.repeat(1001)}, match: "true", result: accept`,
      'the description is 1001 characters long; the limit is 1000',
    ],
    ['name: a, match: "true"', 'a rule must have a result or a sample'],
    ['name: a, match: "true", result: continue', 'continue is allowed only in a sample'],
    ['name: a, match: "true", result: ACCEPT', 'did you mean accept?'],
    [
      'name: a, match: "true", result: accept, sample: {}',
      'a rule must have a result or a sample, not both',
    ],
    ['name: a, match: "true", result: accept, when: x', 'unknown key when'],
  ])('refuses a rule {%.60s}: %s', (fields, why) => {
    expect(errorsOfRule(fields).join()).toContain(why);
  });

  it.each([
    [
      'result: accept, stopSending: true',
      '4:47: rule a: stopSending is allowed only with result: reject (clients would send no more reports that this rule wants: remove stopSending, or write result: reject)',
    ],
    ['result: fakeaccept, stopSending: true', '4:51: rule a: stopSending is allowed only with'],
    [
      'sample: { percent: 1, within: reject, beyond: reject }, stopSending: true',
      '4:87: rule a: stopSending is not allowed with a sample (a client obeys for ever, so a sample would soon stop all: write result: reject, or remove stopSending)',
    ],
    [
      'result: reject, stopSending: "true"',
      '4:60: rule a: stopSending must be true or false, but is a string (write stopSending: true without quotes, or remove it)',
    ],
    ['result: reject, stopSending: ~', 'stopSending must be true or false, but is empty'],
    ['result: reject, stopsending: true', 'unknown key stopsending (did you mean stopSending?)'],
  ])('refuses a rule with {%s}: %s', (fields, why) => {
    expect(errorsOfRule(`name: a, match: "true", ${fields}`).join()).toContain(why);
  });

  it('accepts stopSending on a rule that rejects, and forgets a false one', () => {
    const rule = { name: 'a', match: 'version() == "1"', result: 'reject' };
    const fields = 'name: a, match: version() == "1", result: reject';
    const [used, unused] = [true, false].map((stopSending) => {
      const text = `${head}rules:\n  - { ${fields}, stopSending: ${stopSending} }\n`;
      return parseRuleset(text).ruleset?.document.rules;
    });
    expect(used).toEqual([{ ...rule, stopSending: true }]);
    expect(unused).toEqual([rule]);
  });

  it.each([
    ['percent: "10", within: accept, beyond: reject', 'but is a string'],
    ['percent: 10%, within: accept, beyond: reject', 'but is a string'],
    ['percent: -0.1, within: accept, beyond: reject', 'but is the number -0.1'],
    ['percent: 100.1, within: accept, beyond: reject', 'but is the number 100.1'],
    ['percent: .nan, within: accept, beyond: reject', 'but is the number NaN'],
    ['percent: .inf, within: accept, beyond: reject', 'but is the number Infinity'],
    ['within: accept, beyond: reject', 'percent is missing'],
    ['percent: 1, beyond: reject', 'within is missing'],
    ['percent: 1, within: accept', 'beyond is missing'],
    ['percent: 1, within: accept, beyond: rejct', 'did you mean reject?'],
    ['percent: 1, within: accept, beyond: reject, of: 5', 'unknown key of'],
    [
      'percent: 1, within: accept, beyond: reject, by: has(annotations.A)',
      'but must return string',
    ],
    ['percent: 1, within: accept, beyond: reject, by: 5', 'by must be a string'],
  ])('refuses a sample {%s}: %s', (fields, why) => {
    expect(errorsOfRule(`name: a, match: "true", sample: { ${fields} }`).join()).toContain(why);
  });

  it.each([0, 0.001, 12.5, 100])('accepts a percentage of %d', (percent) => {
    const fields = `sample: { percent: ${percent}, within: accept, beyond: reject }`;
    expect(errorsOfRule(`name: a, match: "true", ${fields}`)).toEqual([]);
  });
});
