import { describe, expect, it } from '@jest/globals';

import { TimeShare } from './time-share.js';

describe('TimeShare', () => {
  let now = 0;
  const share = new TimeShare({ share: 0.1, burstMs: 1000 }, () => now);

  it('allows the burst, then a share of the time, and does not save up more than the burst', () => {
    expect(share.isLeft).toBe(true);
    share.spend(1000);
    expect(share.isLeft).toBe(false);
    now += 1;
    expect(share.isLeft).toBe(true);
    share.spend(100);
    now += 999;
    expect(share.isLeft).toBe(false);
    now += 1;
    expect(share.isLeft).toBe(true);
    now += 1_000_000;
    expect(share.isLeft).toBe(true);
    share.spend(1000);
    expect(share.isLeft).toBe(false);
  });
});
