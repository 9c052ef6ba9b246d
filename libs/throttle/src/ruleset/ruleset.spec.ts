import { describe, expect, it } from '@jest/globals';
import { InvalidRulesetError } from '../document/ruleset-problem.js';
import type { ThrottleRule } from '../document/ruleset-document.js';
import { parseCanonicalRuleset, parseRuleset } from './parse-ruleset.js';
import type { EvaluationOptions } from './ruleset.js';

const base = { apiVersion: 'antenna/v1', kind: 'ThrottleRuleset', lists: {} } as const;
const fixed = { now: () => new Date('2026-06-15T00:00:00Z'), random: () => 0.5 };

function compiled(rules: ThrottleRule[], options: Partial<EvaluationOptions> = {}) {
  const { ruleset, errors } = parseCanonicalRuleset(JSON.stringify({ ...base, rules }));
  if (ruleset === undefined) throw new InvalidRulesetError(errors);
  const { revision, ruleNames } = ruleset;
  const evaluate = (annotations: ReadonlyMap<string, string>) =>
    ruleset.evaluate(annotations, { ...fixed, ...options });
  return { revision, ruleNames, evaluate };
}

const when = (name: string) => `get("A") == "${name}"`;
const report = (a: string) => new Map([['A', a]]);

/** Of 500 clients, those that a sample by client accepts. */
function acceptedClients(percent: number): Set<string> {
  const sample = { percent, by: 'get("A")', within: 'accept', beyond: 'reject' } as const;
  const ruleset = compiled([{ name: 'one', match: 'true', sample }]);
  const clients = Array.from({ length: 500 }, (_, index) => `c${index}`);
  return new Set(clients.filter((name) => ruleset.evaluate(report(name)).verdict === 'accept'));
}

function onlyProduct(name: string): string {
  return `apiVersion: antenna/v1
kind: ThrottleRuleset
lists: { products: [${name}] }
rules: [{ name: "${name}", match: get("A") in products, result: accept }]
`;
}

describe('a ruleset', () => {
  it('decides by the first rule that matches', () => {
    const ruleset = compiled([
      { name: 'one', match: when('x'), result: 'accept' },
      { name: 'two', match: 'get("A") != ""', result: 'defer' },
      { name: 'three', match: when('x'), result: 'reject' },
    ]);
    expect(ruleset.ruleNames).toEqual(['one', 'two', 'three']);
    expect(ruleset.evaluate(report('x'))).toEqual({ verdict: 'accept', rule: 'one' });
    expect(ruleset.evaluate(report('y'))).toEqual({ verdict: 'defer', rule: 'two' });
  });

  it('rejects reports that match no rule as NO_MATCH', () => {
    const ruleset = compiled([{ name: 'one', match: when('x'), result: 'accept' }]);
    expect(ruleset.evaluate(new Map())).toEqual({ verdict: 'reject', rule: 'NO_MATCH' });
  });

  it.each([
    [0, 'accept'],
    [0.0999, 'accept'],
    [0.1, 'reject'],
    [0.9999, 'reject'],
  ])('samples 10 percent at random: a draw of %d gives %s', (draw, verdict) => {
    const sample = { percent: 10, within: 'accept', beyond: 'reject' } as const;
    const ruleset = compiled([{ name: 'one', match: 'true', sample }], { random: () => draw });
    expect(ruleset.evaluate(new Map())).toEqual({ verdict, rule: 'one' });
  });

  it.each([
    [0, 0, 'reject'],
    [100, 1 - 2 ** -53, 'accept'],
    [0.01, 0.00009, 'accept'],
    [0.01, 0.0001, 'reject'],
  ])('samples exactly %d percent: a draw of %d gives %s', (percent, draw, verdict) => {
    const sample = { percent, within: 'accept', beyond: 'reject' } as const;
    const ruleset = compiled([{ name: 'one', match: 'true', sample }], { random: () => draw });
    expect(ruleset.evaluate(new Map()).verdict).toBe(verdict);
  });

  it('evaluates the next rule after continue', () => {
    const sample = { percent: 10, within: 'continue', beyond: 'reject' } as const;
    const rules: ThrottleRule[] = [
      { name: 'one', match: 'true', sample },
      { name: 'two', match: 'true', result: 'accept' },
    ];
    expect(compiled(rules, { random: () => 0.05 }).evaluate(new Map()).rule).toBe('two');
    expect(compiled(rules, { random: () => 0.5 }).evaluate(new Map()).rule).toBe('one');
  });

  it('rejects as NO_MATCH if the last rule continues', () => {
    const sample = { percent: 100, within: 'continue', beyond: 'accept' } as const;
    const ruleset = compiled([{ name: 'one', match: 'true', sample }]);
    expect(ruleset.evaluate(new Map())).toEqual({ verdict: 'reject', rule: 'NO_MATCH' });
  });

  it('samples by a stable key: a client keeps its verdict, independent of random numbers', () => {
    const sample = {
      percent: 30,
      by: 'get("Client")',
      within: 'accept',
      beyond: 'reject',
    } as const;
    const rules: ThrottleRule[] = [{ name: 'one', match: 'true', sample }];
    const clients = Array.from({ length: 2000 }, (_, index) => new Map([['Client', `c${index}`]]));
    const verdicts = (draw: number) => {
      const ruleset = compiled(rules, { random: () => draw });
      return clients.map((client) => ruleset.evaluate(client).verdict);
    };
    expect(verdicts(0.1)).toEqual(verdicts(0.9));
    const accepted = verdicts(0.5).filter((verdict) => verdict === 'accept').length;
    expect(accepted / clients.length).toBeCloseTo(0.3, 1);
  });

  it('keeps accepting the same clients when the percentage grows', () => {
    const [few, many] = [acceptedClients(10), acceptedClients(40)];
    expect(few.size).toBeGreaterThan(20);
    expect([...few].every((name) => many.has(name))).toBe(true);
  });

  it('draws for a rule by its name, so that two rulesets can draw alike', () => {
    const sample = { percent: 50, within: 'continue', beyond: 'continue' } as const;
    const drawn: string[] = [];
    const random = (rule: string): number => drawn.push(rule) / 10;
    const rules = ['one', 'two'].map((name) => ({ name, match: 'true', sample }));
    compiled(rules, { random }).evaluate(new Map());
    expect(drawn).toEqual(['one', 'two']);
  });

  it('draws at random for reports without the key', () => {
    const sample = { percent: 30, by: 'get("A")', within: 'accept', beyond: 'reject' } as const;
    const rules: ThrottleRule[] = [{ name: 'one', match: 'true', sample }];
    expect(compiled(rules, { random: () => 0.2 }).evaluate(new Map()).verdict).toBe('accept');
    expect(compiled(rules, { random: () => 0.4 }).evaluate(new Map()).verdict).toBe('reject');
  });

  it('treats a rule that fails as one that does not match, and calls onRuleError', () => {
    const failures: [string, string][] = [];
    const sample = {
      percent: 50,
      by: 'annotations.No',
      within: 'accept',
      beyond: 'reject',
    } as const;
    const ruleset = compiled(
      [
        { name: 'no_such_key', match: 'annotations.Missing == "x"', result: 'reject' },
        { name: 'no_number', match: 'int(get("A")) > 5', result: 'reject' },
        { name: 'no_client', match: 'true', sample },
        { name: 'last', match: 'true', result: 'accept' },
      ],
      { onRuleError: (rule, error) => failures.push([rule, String(error)]) },
    );
    expect(ruleset.evaluate(report('x'))).toEqual({ verdict: 'accept', rule: 'last' });
    expect(failures.map(([rule]) => rule)).toEqual(['no_such_key', 'no_number', 'no_client']);
    expect(failures[0]?.[1]).toContain('No such key: Missing');
  });

  it('calls onContinue if a sample continues, but not if a rule does not match', () => {
    const passed: string[] = [];
    const sample = { percent: 100, within: 'continue', beyond: 'reject' } as const;
    const ruleset = compiled(
      [
        { name: 'other', match: 'get("A") == "y"', sample },
        { name: 'sampled', match: 'true', sample },
        { name: 'last', match: 'true', result: 'accept' },
      ],
      { onContinue: (rule) => passed.push(rule) },
    );
    expect(ruleset.evaluate(report('x')).rule).toBe('last');
    expect(passed).toEqual(['sampled']);
  });

  it('works without onRuleError', () => {
    const ruleset = compiled([{ name: 'one', match: 'annotations.No == ""', result: 'accept' }]);
    expect(ruleset.evaluate(new Map()).rule).toBe('NO_MATCH');
  });

  it('reads the clock for every report', () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const ruleset = compiled(
      [{ name: 'old', match: 'buildAgeDays(get("A")) > 30', result: 'reject' }],
      { now: () => now },
    );
    expect(ruleset.evaluate(report('20251215000000')).rule).toBe('NO_MATCH');
    now = new Date('2026-02-01T00:00:00Z');
    expect(ruleset.evaluate(report('20251215000000')).rule).toBe('old');
  });

  it('has a revision that depends only on its content', () => {
    const rule = { name: 'one', match: 'true', result: 'accept' } as const;
    expect(compiled([rule]).revision).toBe(compiled([{ ...rule }]).revision);
    expect(compiled([rule]).revision).not.toBe(compiled([{ ...rule, name: 'two' }]).revision);
  });

  it('does not share lists with another ruleset', () => {
    const [one, two] = ['one', 'two'].map((item) => parseRuleset(onlyProduct(item)).ruleset);
    expect(one?.evaluate(report('one'), fixed).rule).toBe('one');
    expect(two?.evaluate(report('one'), fixed).rule).toBe('NO_MATCH');
    expect(two?.evaluate(report('two'), fixed).rule).toBe('two');
  });

  it('is not created from an invalid document, and every error is reported', () => {
    const rules = [
      { name: 'one', match: 'get("A"', result: 'accept' },
      { name: 'two', match: 'true', result: 'nothing' },
    ] as unknown as ThrottleRule[];
    expect(() => compiled(rules)).toThrow(InvalidRulesetError);
    expect(() => compiled(rules)).toThrow(
      /rule one: the expression is incomplete[^]*rule two: result must not be/,
    );
  });
});
