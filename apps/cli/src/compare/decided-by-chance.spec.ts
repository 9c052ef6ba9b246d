import { describe, expect, it } from '@jest/globals';
import { DecidedByChance } from './decided-by-chance.js';
import { DifferenceGroups } from './difference-groups.js';

function compared(accepts: { a: number; b: number; of: number }) {
  const chance = new DecidedByChance();
  for (let index = 0; index < accepts.of; index += 1) {
    chance.count('is_release', {
      a: index < accepts.a ? 'accept' : 'reject',
      // From the other end, so that most reports are decided differently.
      b: accepts.of - index <= accepts.b ? 'accept' : 'reject',
    });
  }
  const groups = new DifferenceGroups(1);
  chance.addDifferences(groups);
  return { remarks: chance.remarks(), differences: groups.list() };
}

describe('rules that decide by chance', () => {
  it('are no difference when their shares agree, and are remarked on', () => {
    expect(compared({ a: 100, b: 130, of: 1000 })).toEqual({
      remarks: [
        'rule is_release decided differently about 230 of 1000 reports, by chance: ' +
          'a accepts 100, defers 0, rejects 900; b accepts 130, defers 0, rejects 870',
      ],
      differences: [],
    });
  });

  it('are a difference when their shares are far from each other', () => {
    const { differences } = compared({ a: 100, b: 200, of: 1000 });
    expect(differences).toMatchObject([{ kind: 'throttle_share', subject: 'is_release' }]);
  });

  it('are neither when they always decide the same', () => {
    expect(compared({ a: 10, b: 0, of: 10 }).differences).toHaveLength(1);
    expect(compared({ a: 0, b: 0, of: 10 })).toEqual({ remarks: [], differences: [] });
  });
});
