import { describe, expect, it } from '@jest/globals';

import { RecentCrashes } from './recent-crashes.js';

describe('RecentCrashes', () => {
  it('remembers crash ids up to its capacity and forgets the oldest first', () => {
    const recent = new RecentCrashes(2);
    recent.add('a');
    recent.add('b');
    recent.add('b');
    expect(['a', 'b', 'c'].map((id) => recent.has(id))).toEqual([true, true, false]);
    recent.add('c');
    expect(['a', 'b', 'c'].map((id) => recent.has(id))).toEqual([false, true, true]);
  });
});
