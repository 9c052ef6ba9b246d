import { describe, expect, it } from '@jest/globals';

import { VerdictWindow } from './verdict-window.js';

describe('VerdictWindow', () => {
  it('adds up the counts of the last ten minutes', () => {
    let now = 1_000_000_000_000;
    const window = new VerdictWindow(() => now);
    window.add('a', { accept: 1 });
    now += 5 * 60_000;
    window.add('a', { accept: 2, reject: 3 });
    window.add('b', { continue: 1 });
    expect(Object.fromEntries(window.totals())).toEqual({
      a: { accept: 3, reject: 3 },
      b: { continue: 1 },
    });

    now += 5 * 60_000;
    expect(Object.fromEntries(window.totals())).toEqual({
      a: { accept: 2, reject: 3 },
      b: { continue: 1 },
    });
    now += 5 * 60_000;
    expect(window.totals().size).toBe(0);
  });
});
