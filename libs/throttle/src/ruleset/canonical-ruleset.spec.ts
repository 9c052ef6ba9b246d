import { describe, expect, it } from '@jest/globals';
import { canonicalRuleset, rulesetRevision } from './canonical-ruleset.js';
import { mozillaRuleset } from '../bundled/mozilla-ruleset.js';
import { parseCanonicalRuleset, parseRuleset } from './parse-ruleset.js';
import { type RulesetDocument, rulesetLimits } from '../document/ruleset-document.js';

function parsed(text: string): RulesetDocument {
  const { ruleset, errors } = parseRuleset(text);
  if (ruleset === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return ruleset;
}

const first = `
apiVersion: antenna/v1
kind: ThrottleRuleset
lists: { b: [x, y], a: { z: [p], c: [q] } }
rules:
  - { name: one, match: get("P") in a && get("P") in b, result: accept }
  - { name: two, match: "true", sample: { percent: 1.5, within: continue, beyond: reject } }
`;
const respelt = `
# the same ruleset, written differently
rules:
  - name: one
    result: accept
    match: >-
      get("P") in a
      && get("P") in b
  - name: two
    sample: { beyond: reject, within: continue, percent: 1.50 }
    match: 'true'
lists:
  a: { c: [q], z: [p] }
  b: [x, "y"]
kind: ThrottleRuleset
apiVersion: antenna/v1
`;

describe('canonicalRuleset', () => {
  it('spells equal documents equally, whatever their YAML looks like', () => {
    expect(canonicalRuleset(parsed(respelt))).toBe(canonicalRuleset(parsed(first)));
    expect(rulesetRevision(parsed(respelt))).toBe(rulesetRevision(parsed(first)));
  });

  it('sorts keys at every level and writes no blanks', () => {
    expect(canonicalRuleset(parsed(first))).toBe(
      '{"apiVersion":"antenna/v1","kind":"ThrottleRuleset","lists":{"a":{"c":["q"],"z":["p"]},"b":["x","y"]},' +
        '"rules":[{"match":"get(\\"P\\") in a && get(\\"P\\") in b","name":"one","result":"accept"},' +
        '{"match":"true","name":"two","sample":{"beyond":"reject","percent":1.5,"within":"continue"}}]}',
    );
  });

  it.each([
    [
      'order of rules',
      first.replace('name: one', 'name: two').replace('two, match: "true"', 'one, match: "true"'),
    ],
    ['percentage', first.replace('1.5', '1.6')],
    ['list', first.replace('[x, y]', '[x]')],
    ['expression', first.replace('get("P") in b', 'get("P")  in b')],
  ])('tells documents apart that differ in %s', (_what, other) => {
    expect(rulesetRevision(parsed(other))).not.toBe(rulesetRevision(parsed(first)));
  });

  it('reads back to the same document', () => {
    const document = parsed(mozillaRuleset);
    const back = parseCanonicalRuleset(canonicalRuleset(document));
    expect(back).toEqual({ ruleset: document, errors: [], warnings: [] });
  });

  it('reads back, also when it is longer than any YAML may be', () => {
    const texts = Array.from({ length: 1000 }, () => '\\0\\0'.repeat(15));
    const lists = [1, 2, 3, 4].map((n) => `  l${n}: ["${texts.join('","')}"]\n`);
    const document = parsed(
      first.replace(/lists:.*\n/, `lists:\n  b: [x]\n  a: { z: [p] }\n${lists.join('')}`),
    );
    const json = canonicalRuleset(document);
    expect(json.length).toBeGreaterThan(rulesetLimits.documentBytes * 2);
    expect(parseCanonicalRuleset(json).ruleset).toEqual(document);
  });

  it('names a revision by 16 hex digits', () => {
    expect(rulesetRevision(parsed(first))).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('parseCanonicalRuleset', () => {
  it('refuses text that is not JSON', () => {
    const { ruleset, errors } = parseCanonicalRuleset('{');
    expect(ruleset).toBeUndefined();
    expect(errors).toEqual([
      {
        line: 1,
        column: 1,
        message: expect.stringContaining('not valid JSON'),
        hint: expect.any(String),
      },
    ]);
  });

  it('refuses JSON that is no valid ruleset, and names the rule', () => {
    const broken = canonicalRuleset(parsed(first)).replace('"accept"', '"acept"');
    expect(parseCanonicalRuleset(broken).errors).toEqual([
      {
        rule: 'one',
        line: 1,
        column: 1,
        message: 'result cannot be "acept"',
        hint: 'did you mean accept?',
      },
    ]);
  });

  it.each(['null', '[]', '"x"', '5', `"${'x'.repeat(1_100_000)}"`])('refuses %.20s', (json) => {
    const { ruleset, errors } = parseCanonicalRuleset(json);
    expect(ruleset).toBeUndefined();
    expect(errors).toHaveLength(1);
  });
});
