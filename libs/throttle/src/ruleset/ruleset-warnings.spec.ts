import { describe, expect, it } from '@jest/globals';
import { parseRuleset } from './parse-ruleset.js';
import { describeProblem } from '../document/ruleset-problem.js';

function warningsOf(rules: string[], lists = '{}'): string[] {
  const items = rules.map((rule) => `  - { ${rule} }`).join('\n');
  const text = `apiVersion: antenna/v1\nkind: ThrottleRuleset\nlists: ${lists}\nrules:\n${items}\n`;
  const { ruleset, warnings, errors } = parseRuleset(text);
  expect(errors).toEqual([]);
  expect(ruleset).toBeDefined();
  return warnings.map(describeProblem);
}

const stopping = (match: string) => `name: a, match: ${match}, result: reject, stopSending: true`;
const last = 'name: last, match: get("A") == "b", result: accept';

describe('warnings', () => {
  it.each([
    'match: "true", result: accept',
    'match: " true ", result: reject',
    'match: "(true)", result: defer',
    'match: "true", sample: { percent: 10, within: accept, beyond: reject }',
  ])('report rules below one that decides every report: {%s}', (all) => {
    expect(warningsOf([`name: all, ${all}`, last])).toEqual([
      '6:13: rule last: last is never reached: all decides every report before it (move it above all)',
    ]);
  });

  it.each([
    'match: "false", result: accept',
    'match: get("A") == "", result: accept',
    'match: "true", sample: { percent: 10, within: accept, beyond: continue }',
    'match: "true", sample: { percent: 10, within: continue, beyond: reject }',
  ])('do not report rules below one that lets reports pass: {%s}', (some) => {
    expect(warningsOf([`name: some, ${some}`, last])).toEqual([]);
  });

  it('report a rule that stops the reports of all versions', () => {
    expect(warningsOf([stopping('product() == "App"')])).toEqual([
      '5:23: rule a: a stops the reports of every version, also of future ones (add a condition on version(): clients cannot be told to send again)',
    ]);
    expect(warningsOf([stopping('version() == "1.0"')])).toEqual([]);
    expect(warningsOf([stopping('buildAgeDays(get("BuildID")) > 900')])).toEqual([]);
  });

  it('report every rule that is never reached', () => {
    const all = 'name: all, match: "true", result: accept';
    const warnings = warningsOf([all, last, last.replace('last', 'lowest')]);
    expect(warnings).toHaveLength(2);
    expect(warnings.join('\n')).toMatch(/last is never reached[^]*lowest is never reached/);
  });

  it.each([
    [0, 'beyond'],
    [100, 'within'],
  ])('report that a sample of %d percent has no effect', (percent, side) => {
    const sample = `sample: { percent: ${percent}, within: continue, beyond: reject }`;
    expect(warningsOf([`name: one, match: get("A") == "b", ${sample}`]).join()).toContain(
      `a sample of ${percent} percent has no effect: ${side} always applies`,
    );
  });

  it('treat a sample of 0 or 100 percent like its constant result', () => {
    const never = 'match: "true", sample: { percent: 0, within: continue, beyond: reject }';
    const always = 'match: "true", sample: { percent: 100, within: continue, beyond: reject }';
    expect(warningsOf([`name: one, ${never}`, last]).join()).toContain('last is never reached');
    expect(warningsOf([`name: one, ${always}`, last]).join()).not.toContain('never reached');
  });

  it('report lists that no rule uses', () => {
    const rules = [
      'name: one, match: get("A") in used, result: accept',
      'name: two, match: get("A") == "x", sample: { percent: 1, by: "keys.k[0]", within: accept, beyond: reject }',
    ];
    expect(warningsOf(rules, '{ used: [a], keys: { k: [b] }, unused: [c] }')).toEqual([
      '3:47: no rule uses the list unused (remove it)',
    ]);
  });
});
