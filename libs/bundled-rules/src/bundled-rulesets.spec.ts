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

describe('the accept-all ruleset', () => {
  it('accepts every report', () => {
    const { ruleset } = parseRuleset(acceptAllRuleset);
    const options = { now: () => new Date(0), random: () => 0.99 };
    const accepted = { verdict: 'accept', rule: 'accept_everything' };
    expect(ruleset?.evaluate(new Map(), options)).toEqual(accepted);
    expect(ruleset?.evaluate(new Map([['ProductName', 'b2g']]), options)).toEqual(accepted);
  });
});
