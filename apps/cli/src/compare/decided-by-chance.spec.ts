import { describe, expect, it } from '@jest/globals';
import { DecidedByChance } from './decided-by-chance.js';
import { DifferenceGroups } from './difference-groups.js';

function compared(accepts: { a: number; b: number }) {
  const chance = new DecidedByChance();
  for (let index = 0; index < accepts.a; index += 1)
    chance.count({ a: 'x accepts', b: 'x rejects' });
  for (let index = 0; index < accepts.b; index += 1)
    chance.count({ a: 'x rejects', b: 'x accepts' });
  const groups = new DifferenceGroups(1);
  chance.addDifferences(groups);
  return { remarks: chance.remarks(), differences: groups.list() };
}

describe('decisions by chance', () => {
  it('are no difference when both directions are as frequent, and are remarked on', () => {
    expect(compared({ a: 90, b: 130 })).toEqual({
      remarks: ['decided by chance: 90 × a x accepts, b x rejects; 130 × the other way round'],
      differences: [],
    });
  });

  it('are a difference when one direction is far more frequent', () => {
    for (const accepts of [
      { a: 17, b: 0 },
      { a: 0, b: 17 },
      { a: 100, b: 200 },
    ]) {
      expect(compared(accepts).differences).toMatchObject([
        { kind: 'throttle_share', subject: 'x accepts; x rejects', count: 1 },
      ]);
    }
  });

  it('are too few to tell', () => {
    expect(compared({ a: 16, b: 0 }).differences).toEqual([]);
    expect(compared({ a: 0, b: 0 })).toEqual({ remarks: [], differences: [] });
  });
});
