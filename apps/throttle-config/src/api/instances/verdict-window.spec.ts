import { describe, expect, it } from '@jest/globals';

import { VerdictWindow } from './verdict-window.js';

const minute = 60_000;
const start = 1_000_000 * minute;

describe('a verdict window', () => {
  it('adds up the counts of its period and forgets older ones', () => {
    const window = new VerdictWindow(10, 30_000);
    window.add(new Map([['a', { accept: 1 }]]), start, start);
    const later = start + 5 * minute;
    window.add(new Map([['a', { accept: 2, reject: 3 }]]), later, later);
    window.add(new Map([['b', { continue: 1 }]]), later, later);
    expect(Object.fromEntries(window.totals(later))).toEqual({
      a: { accept: 3, reject: 3 },
      b: { continue: 1 },
    });

    expect(Object.fromEntries(window.totals(start + 10 * minute))).toEqual({
      a: { accept: 2, reject: 3 },
      b: { continue: 1 },
    });
    expect(window.totals(start + 15 * minute).size).toBe(0);
  });

  it('spreads the counts of a period evenly without losing any', () => {
    const window = new VerdictWindow(10, minute);
    window.add(new Map([['a', { accept: 7, reject: 1 }]]), start, start + 3 * minute);

    const left = [0, 10, 11, 12, 13].map((minutes) => window.totals(start + minutes * minute));
    expect(left.map((totals) => totals.get('a')?.accept ?? 0)).toEqual([7, 6, 4, 2, 0]);
  });
});
