import { describe, expect, it } from '@jest/globals';

import { delaySeconds } from './process-gauges.js';

describe('delaySeconds', () => {
  it('is the time that a sample was late', () => {
    expect(delaySeconds(300e6)).toBeCloseTo(0.2);
  });

  it('is 0 for a sample that was on time or early', () => {
    expect(delaySeconds(100e6)).toBe(0);
    expect(delaySeconds(99.1e6)).toBe(0);
  });
});
