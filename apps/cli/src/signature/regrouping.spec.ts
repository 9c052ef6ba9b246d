import { describe, expect, it } from '@jest/globals';

import { Regrouping } from './regrouping.js';

describe('Regrouping', () => {
  it('keeps at most three examples, and the largest groups first', () => {
    const regrouping = new Regrouping();
    for (let at = 0; at < 5; at += 1) regrouping.add(`a${at}`, 'a', 'x');
    for (let at = 0; at < 9; at += 1) regrouping.add(`b${at}`, 'b', 'y');
    const { changes } = regrouping.result();
    expect(changes.map(({ signature, count }) => [signature, count])).toEqual([
      ['b', 9],
      ['a', 5],
    ]);
    expect(changes[0]?.parts[0]?.examples).toEqual(['b0', 'b1', 'b2']);
  });

  it('leaves out crashes with further signatures when there are too many', () => {
    const regrouping = new Regrouping(2);
    for (const signature of ['a', 'b', 'c', 'd', 'a']) regrouping.add('id', signature, signature);
    expect(regrouping.result()).toMatchObject({ crashes: 5, kept: 3, leftOut: 2 });
  });

  it('calls a signature merged, not changed, if crashes of another have it', () => {
    const regrouping = new Regrouping();
    regrouping.add('1', 'a', 'c');
    regrouping.add('2', 'b', 'c');
    const { splits, merges, changes } = regrouping.result();
    expect([splits, changes]).toEqual([[], []]);
    expect(merges.map(({ signature, parts }) => [signature, parts.length])).toEqual([['c', 2]]);
  });
});
