import { describe, expect, it } from '@jest/globals';
import { parseCanonicalRuleset, parseRuleset } from './parse-ruleset.js';
import type { Ruleset } from './ruleset.js';
import { rulesetLimits } from '../document/ruleset-document.js';

function parsed(text: string): Ruleset {
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
const rewritten = `
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

describe('the canonical JSON of a ruleset', () => {
  it('is the same for equal documents with different YAML', () => {
    expect(parsed(rewritten).canonicalJson).toBe(parsed(first).canonicalJson);
    expect(parsed(rewritten).revision).toBe(parsed(first).revision);
  });

  it('has sorted keys at every level and no white space', () => {
    expect(parsed(first).canonicalJson).toBe(
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
  ])('differs for documents that differ in %s', (_what, other) => {
    expect(parsed(other).revision).not.toBe(parsed(first).revision);
  });

  it('has a key for stopSending only where it is used', () => {
    const rejecting = first.replace('result: accept', 'result: reject');
    const using = (value: string) =>
      parsed(rejecting.replace('result: reject', `result: reject, stopSending: ${value}`));
    expect(using('false').canonicalJson).toBe(parsed(rejecting).canonicalJson);
    expect(using('true').canonicalJson).toContain('"result":"reject","stopSending":true}');
    expect(using('true').revision).not.toBe(parsed(rejecting).revision);
  });

  it('is parsed to the same document', () => {
    const ruleset = parsed(first);
    const copy = parseCanonicalRuleset(ruleset.canonicalJson);
    expect(copy.errors).toEqual([]);
    expect(copy.ruleset?.document).toEqual(ruleset.document);
  });

  it('is parsed even if it is longer than the limit of YAML documents', () => {
    const texts = Array.from({ length: 1000 }, () => '\\0\\0'.repeat(15));
    const lists = [1, 2, 3, 4].map((n) => `  l${n}: ["${texts.join('","')}"]\n`);
    const { document, canonicalJson } = parsed(
      first.replace(/lists:.*\n/, `lists:\n  b: [x]\n  a: { z: [p] }\n${lists.join('')}`),
    );
    expect(canonicalJson.length).toBeGreaterThan(rulesetLimits.documentBytes * 2);
    expect(parseCanonicalRuleset(canonicalJson).ruleset?.document).toEqual(document);
  });

  it('has a revision of 16 hex digits', () => {
    expect(parsed(first).revision).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('parseCanonicalRuleset', () => {
  it('refuses a string that is not JSON', () => {
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

  it('ignores the keys of newer versions, and lists them', () => {
    const { ruleset, ignored } = parseCanonicalRuleset(
      parsed(first)
        .canonicalJson.replace('"kind"', '"colours":[1],"kind"')
        .replace('"name":"two"', '"name":"two","until":"2030-01-01"')
        .replace('"percent"', '"salt":"x","percent"'),
    );
    expect(ruleset?.canonicalJson).toBe(parsed(first).canonicalJson);
    expect(ignored).toEqual(['colours', 'rules.1.until', 'rules.1.sample.salt']);
    expect(parseCanonicalRuleset(parsed(first).canonicalJson).ignored).toEqual([]);
  });

  it('refuses what a newer version must not ignore: another version, function or result', () => {
    const json = parsed(first).canonicalJson;
    for (const newer of [
      json.replace('antenna/v1', 'antenna/v2'),
      json.replace('get(', 'newer('),
      json.replace('"accept"', '"quarantine"'),
    ])
      expect(parseCanonicalRuleset(newer).errors).toHaveLength(1);
  });

  it('refuses JSON that is not a valid ruleset, and names the rule', () => {
    const broken = parsed(first).canonicalJson.replace('"accept"', '"acept"');
    expect(parseCanonicalRuleset(broken).errors).toEqual([
      {
        rule: 'one',
        line: 1,
        column: 1,
        message: 'result must not be "acept"',
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
