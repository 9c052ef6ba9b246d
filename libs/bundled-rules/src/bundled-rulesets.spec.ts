import { describe, expect, it } from '@jest/globals';
import { acceptAllRuleset } from '#antenna/testing';
import { parseCanonicalRuleset, parseRuleset } from '#antenna/throttle';
import { mozillaRuleset } from './index.js';

describe.each([
  ['mozilla', mozillaRuleset],
  ['accept-all', acceptAllRuleset],
])('the bundled ruleset %s', (_name, yaml) => {
  it('is valid without warnings and has a description for every rule', () => {
    const { ruleset, errors, warnings } = parseRuleset(yaml);
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    const descriptions = ruleset?.document.rules.map(({ description }) => description);
    expect(descriptions?.length).toBeGreaterThan(0);
    expect(descriptions).not.toContain(undefined);
  });

  it('equals the document parsed from its canonical JSON', () => {
    const { ruleset } = parseRuleset(yaml);
    const copy = parseCanonicalRuleset(ruleset?.canonicalJson ?? '');
    expect(copy.errors).toEqual([]);
    expect(copy.warnings).toEqual([]);
    expect(copy.ruleset?.document).toEqual(ruleset?.document);
  });
});

/** The accept-all ruleset without the comment signs before these rules. */
const uncommented = (rules: readonly string[]) =>
  rules.reduce(
    (yaml, rule) => yaml.replace(rule, rule.replaceAll(/^ {2}# /gm, '  ')),
    acceptAllRuleset,
  );

describe('the accept-all ruleset', () => {
  const commented = acceptAllRuleset.match(/^ {2}# - name: .*\n(?: {2}# {3}.*\n)+/gm) ?? [];

  it('has the usual rules as comments, without other comments between them', () => {
    expect(commented.length).toBeGreaterThanOrEqual(5);
    const [, rules = ''] = acceptAllRuleset.split('\nrules:\n');
    expect(rules.match(/^ *#.*$/gm)?.length).toBe(commented.join('').trimEnd().split('\n').length);
  });

  it.each([...commented.map((rule) => [rule]), commented])(
    'is valid without warnings if the comment signs before %.30j are removed',
    (...rules) => {
      const { ruleset, errors, warnings } = parseRuleset(uncommented(rules));
      expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
      const names = rules.map((rule) => /name: (\w+)/.exec(rule)?.[1]);
      expect(ruleset?.ruleNames).toEqual([...names, 'accept_everything']);
    },
  );

  it('decides as its comments say if all of them are removed', () => {
    const { ruleset } = parseRuleset(uncommented(commented));
    const decide = (report: Record<string, string>) =>
      ruleset?.evaluate(new Map(Object.entries(report)), {
        now: () => new Date(0),
        random: () => 0.5,
      });
    expect(decide({ prod: 'Else' })).toEqual({ verdict: 'reject', rule: 'unknown_product' });
    const mine = { prod: 'MyGame' };
    expect(decide({ ...mine, Comments: 'x', ver: '1.0' })?.rule).toBe('has_comments');
    expect(decide({ ...mine, ver: '1.0' })).toEqual({ verdict: 'reject', rule: 'old_version' });
    expect(decide({ ...mine, channel: 'dev' })?.verdict).toBe('defer');
    expect(decide({ ...mine, channel: 'release' })?.verdict).toBe('reject');
    expect(decide(mine)).toEqual({ verdict: 'accept', rule: 'accept_everything' });
  });

  it('accepts every report', () => {
    const { ruleset } = parseRuleset(acceptAllRuleset);
    const options = { now: () => new Date(0), random: () => 0.99 };
    const accepted = { verdict: 'accept', rule: 'accept_everything' };
    expect(ruleset?.evaluate(new Map(), options)).toEqual(accepted);
    expect(ruleset?.evaluate(new Map([['ProductName', 'b2g']]), options)).toEqual(accepted);
  });
});
