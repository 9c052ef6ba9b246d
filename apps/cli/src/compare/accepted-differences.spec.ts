import { describe, expect, it } from '@jest/globals';
import { draftOfAccepted, parseAccepted } from './accepted-differences.js';
import { sortOut } from './comparison.js';
import { DifferenceGroups } from './difference-groups.js';

function groupsOf(...subjects: string[]) {
  const groups = new DifferenceGroups(1);
  for (const subject of subjects) groups.add({ kind: 'value', subject }, {});
  return groups.list();
}

describe('accepted differences', () => {
  it.each([
    [undefined, ['A', 'B.x']],
    ['A', ['A']],
    ['B*', ['B.x']],
    ['B?x', ['B.x']],
    ['Bax', []],
    ['.*', []],
  ])('with the subject %j are %j', (subject, expected) => {
    const [entry] = parseAccepted(
      JSON.stringify({ accepted: [{ kind: 'value', subject, reason: 'r' }] }),
      'f',
    );
    const entries = entry ? [entry] : [];
    const { accepted, differences, unused } = sortOut(groupsOf('A', 'B.x'), entries);
    expect(accepted.map((group) => group.subject)).toEqual(expected);
    expect(accepted.length + differences.length).toBe(2);
    expect(unused).toEqual(expected.length === 0 ? entries : []);
  });

  it('of a draft with reasons are all differences, whatever their subjects', () => {
    const groups = groupsOf('A', 'a: b', '*', '$(x)|\\', '"q"\n', '[]; [x]');
    const draft = draftOfAccepted(groups).replaceAll('reason: ""', 'reason: seen');
    expect(sortOut(groups, parseAccepted(draft, 'draft')).differences).toEqual([]);
  });

  it.each([
    ['a: [', 'f is not YAML: '],
    ['[]', 'f must be an object with the list "accepted"'],
    ['accepted: [1]', 'f: entry 1 of "accepted" must be an object'],
    ['accepted: [{kind: valu}]', 'f: entry 1 of "accepted" has kind "valu"; must be one of no_ans'],
    ['accepted: [{kind: value, subject: 1, reason: x}]', 'must have a string as subject'],
    ['accepted: [{kind: value, reason: " "}]', '(value) needs a reason: say why'],
    ['accepted: [{kind: value, reason: x, subjects: y}]', 'has an unknown key "subjects"'],
  ])('are refused in %j', (text, message) => {
    expect(() => parseAccepted(text, 'f')).toThrow(message);
  });
});
