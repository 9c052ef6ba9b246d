import type { CorpusReport } from '#antenna/report-corpus';
import { describe, expect, it } from '@jest/globals';
import type { Answer } from './answer.js';
import { ChanceProbe } from './chance-probe.js';

const report: CorpusReport = {
  index: 0,
  kind: 'k',
  headers: {},
  chunked: false,
  body: [],
  bodyBytes: 0,
  expected: undefined,
};
const kept: Answer = {
  type: 'kept',
  crashId: 'de1bb258-cbbf-4589-a673-34f800160918',
  words: '',
  ms: 1,
};
const deferred: Answer = { ...kept, crashId: 'de1bb258-cbbf-4589-a673-34f801160918' };
const rejected: Answer = { type: 'rejected', rule: 'r', words: '', ms: 1 };
const busy: Answer = { type: 'other', status: '503', words: '', ms: 1 };

/** A probe of two collectors that give these answers in turn, and how often it sent the report to both. */
function probeOf(...answers: readonly (readonly [Answer, Answer])[]) {
  let sent = 0;
  const probe = new ChanceProbe(async () => {
    const [a, b] = answers[sent % answers.length] ?? [kept, kept];
    sent += 1;
    return { a, b };
  });
  return { probe, sent: () => sent };
}

describe('a probe of decisions by chance', () => {
  it.each<[string, (readonly [Answer, Answer])[], boolean, number]>([
    [
      'chance when a changes its decision',
      [
        [kept, rejected],
        [rejected, rejected],
      ],
      true,
      2,
    ],
    ['chance when b changes its decision', [[kept, deferred]], true, 1],
    ['constant when neither changes it', [[kept, rejected]], false, 20],
    ['constant when one is only busy', [[busy, rejected]], false, 20],
  ])('finds %s', async (_name, answers, expected, times) => {
    const { probe, sent } = probeOf(...answers);
    expect(await probe.isByChance(report, { a: kept, b: rejected })).toBe(expected);
    expect(sent()).toBe(times);
  });

  it('sends nothing when the decisions are the same, or no rule decided', async () => {
    const { probe, sent } = probeOf([kept, kept]);
    expect(await probe.isByChance(report, { a: kept, b: kept })).toBe(false);
    expect(await probe.isByChance(report, { a: kept, b: busy })).toBe(false);
    expect(sent()).toBe(0);
  });

  it('stops to ask about decisions that were constant for three reports', async () => {
    const { probe, sent } = probeOf([kept, rejected]);
    for (let index = 0; index < 5; index += 1)
      expect(await probe.isByChance(report, { a: kept, b: rejected })).toBe(false);
    expect(sent()).toBe(60);
  });
});
