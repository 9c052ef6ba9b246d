import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { acceptAllRuleset } from './accept-all-ruleset.js';
import { compileRuleset } from '../ruleset/compile-ruleset.js';
import { mozillaRuleset } from './mozilla-ruleset.js';
import { parseRuleset } from '../ruleset/parse-ruleset.js';
import type { RulesetDocument } from '../document/ruleset-document.js';

const folder = new URL('../../../../charts/antenna/files/throttle-rules/', import.meta.url);

describe.each([
  ['mozilla', mozillaRuleset],
  ['accept-all', acceptAllRuleset],
])('the bundled ruleset %s', (name, text) => {
  it('is byte for byte the file under charts/antenna/files/throttle-rules', () => {
    const file = readFileSync(new URL(`${name}.yaml`, folder));
    expect(Buffer.from(text).equals(file)).toBe(true);
  });

  it('is valid, without a warning, and describes every rule', () => {
    const { ruleset, errors, warnings } = parseRuleset(text);
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    expect(ruleset?.rules.filter(({ description }) => description === undefined)).toEqual([]);
  });
});

describe('the accept-all ruleset', () => {
  it('accepts everything', () => {
    const { ruleset } = parseRuleset(acceptAllRuleset);
    const compiled = compileRuleset(ruleset as RulesetDocument, {
      now: () => new Date(0),
      random: () => 0.99,
    });
    const accepted = { verdict: 'accept', rule: 'accept_everything' };
    expect(compiled.evaluate(new Map())).toEqual(accepted);
    expect(compiled.evaluate(new Map([['ProductName', 'b2g']]))).toEqual(accepted);
  });
});
