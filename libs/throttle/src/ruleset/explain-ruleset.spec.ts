import { describe, expect, it } from '@jest/globals';
import { parseCanonicalRuleset } from './parse-ruleset.js';
import type { Ruleset } from './ruleset.js';
import type { RulesetDocument } from '../document/ruleset-document.js';

const document: RulesetDocument = {
  apiVersion: 'antenna/v1',
  kind: 'ThrottleRuleset',
  lists: {},
  rules: [
    { name: 'fails', match: 'annotations.Missing == "x"', result: 'reject' },
    { name: 'other', match: 'get("A") == "y"', result: 'reject' },
    {
      name: 'passes',
      match: 'true',
      sample: { percent: 50, within: 'continue', beyond: 'reject' },
    },
    { name: 'decides', match: 'get("A") == "x"', result: 'defer' },
    { name: 'below', match: 'true', result: 'accept' },
  ],
};

function rulesetOf(rules = document.rules): Ruleset {
  const { ruleset, errors } = parseCanonicalRuleset(JSON.stringify({ ...document, rules }));
  if (ruleset === undefined) throw new Error(JSON.stringify(errors));
  return ruleset;
}

describe('explain', () => {
  const options = { now: () => new Date(0), random: () => 0.25 };

  it('returns the result of every rule, and which one decides', () => {
    const explanation = rulesetOf().explain(new Map([['A', 'x']]), options);
    expect(explanation).toEqual({
      verdict: 'defer',
      rule: 'decides',
      rules: [
        {
          rule: 'fails',
          matched: false,
          error: expect.stringContaining('No such key: Missing'),
          clauses: [{ text: 'annotations.Missing == "x"' }],
          decided: false,
        },
        {
          rule: 'other',
          matched: false,
          clauses: [{ text: 'get("A") == "y"', holds: false }],
          decided: false,
        },
        {
          rule: 'passes',
          matched: true,
          outcome: 'continue',
          sample: { draw: 25, percent: 50 },
          clauses: [{ text: 'true', holds: true }],
          decided: false,
        },
        {
          rule: 'decides',
          matched: true,
          outcome: 'defer',
          clauses: [{ text: 'get("A") == "x"', holds: true }],
          decided: true,
        },
        {
          rule: 'below',
          matched: true,
          outcome: 'accept',
          clauses: [{ text: 'true', holds: true }],
          decided: false,
        },
      ],
    });
  });

  it.each([
    [
      'get("A") == "x" && (get("B") == "y" || get("C") == "z") && !has(annotations.D)',
      [true, false, true],
    ],
    ['(get("A") == "x" && get("A").matches("^x$")) && get("A").contains("y")', [true, true, false]],
    ['get("A") == "x" && !(get("B") == "y") && (!( has(annotations.A) ))', [true, true, false]],
    ['get("A") == "x" || get("B") == "y"', [true]],
    ['get("A") == "x" && json(get("J")).?flag.orValue(true)', [true]],
  ])('returns which parts of a condition hold: %s', (match, holds) => {
    const rules = [{ name: 'one', match, result: 'accept' as const }];
    const [one] = rulesetOf(rules).explain(new Map([['A', 'x']]), options).rules;
    expect(one?.clauses.map((clause) => clause.holds)).toEqual(holds);
    expect(one?.matched).toBe(holds.every(Boolean));
    for (const { text } of one?.clauses ?? []) expect(match).toContain(text);
  });

  it('decides like evaluate', () => {
    for (const draw of [0.1, 0.9]) {
      const drawn = { ...options, random: () => draw };
      for (const a of ['x', 'y', '']) {
        const annotations = new Map([['A', a]]);
        const { verdict, rule } = rulesetOf().explain(annotations, drawn);
        expect({ verdict, rule }).toEqual(rulesetOf().evaluate(annotations, drawn));
      }
    }
  });

  it('returns NO_MATCH if no rule decides', () => {
    const rules = document.rules.slice(0, 3);
    const explanation = rulesetOf(rules).explain(new Map(), options);
    expect(explanation).toMatchObject({ verdict: 'reject', rule: 'NO_MATCH' });
    expect(explanation.rules.some(({ decided }) => decided)).toBe(false);
  });

  it('does not report failures to onRuleError', () => {
    const failures: string[] = [];
    const onRuleError = (rule: string) => failures.push(rule);
    rulesetOf().explain(new Map(), Object.assign({ onRuleError }, options));
    expect(failures).toEqual([]);
  });
});
