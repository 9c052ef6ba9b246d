import { describe, expect, it } from '@jest/globals';
import type { Answer } from './answer.js';
import { compareAnswers } from './compare-answers.js';
import { DecidedByChance } from './decided-by-chance.js';
import { DifferenceGroups } from './difference-groups.js';

const kept = (words = 'CrashID=bp-<crash id>\n'): Answer => ({
  type: 'kept',
  crashId: 'de1bb258-cbbf-4589-a673-34f800160918',
  words,
  ms: 1,
});
const rejected = (rule: string): Answer => ({ type: 'rejected', rule, words: rule, ms: 1 });
const other = (status: string, words = ''): Answer => ({ type: 'other', status, words, ms: 1 });

function compared(a: Answer, b: Answer, byChance = false) {
  const groups = new DifferenceGroups(1);
  const chance = new DecidedByChance();
  const isKept = compareAnswers({ a, b }, {}, { groups, chance, byChance, answerWithinMs: 100 });
  return {
    differences: groups.list().map(({ kind, subject }) => `${kind} ${subject}`),
    isKept: isKept !== undefined,
    remarks: chance.remarks().length,
  };
}

describe('the answers of two collectors', () => {
  it.each<[string, Answer, Answer, string[], boolean]>([
    ['same ids', kept(), kept(), [], true],
    [
      'ids in other words',
      kept(),
      kept('CrashID=<crash id>'),
      [String.raw`answer_text "CrashID=bp-<crash id>\n"; "CrashID=<crash id>"`],
      true,
    ],
    ['an id and a rejection, which the stored crash explains', kept(), rejected('r'), [], true],
    ['rejections by the same rule', rejected('r'), rejected('r'), [], false],
    [
      'rejections by other rules',
      rejected('r'),
      rejected('s'),
      ['throttling r rejects; s rejects'],
      false,
    ],
    ['same refusals', other('400 x', 'x'), other('400 x', 'x'), [], false],
    [
      'refusals in other words',
      other('400 x', 'x'),
      other('400 x', 'x\n'),
      [String.raw`answer_text "x"; "x\n"`],
      false,
    ],
    ['an id and a refusal', kept(), other('503'), ['answer 200 CrashID; 503'], false],
    [
      'a rejection and a refusal',
      other('400 x'),
      rejected('r'),
      ['answer 400 x; 200 Discarded=rule_r'],
      false,
    ],
    ['none', { type: 'none', reason: 'reset' }, kept(), ['no_answer a: reset'], false],
    ['a late one', { ...kept(), ms: 101 } as Answer, kept(), ['late_answer a'], true],
  ])('are compared when there are %s', (_name, a, b, differences, isKept) => {
    expect(compared(a, b)).toEqual({ differences, isKept, remarks: 0 });
  });

  it('are counted as decided by chance when rules changed their decision', () => {
    expect(compared(rejected('r'), rejected('s'), true)).toEqual({
      differences: [],
      isKept: false,
      remarks: 1,
    });
  });
});
