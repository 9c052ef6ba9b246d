import { describe, expect, it } from '@jest/globals';

import { proposalForAverage, proposalForUtilization } from './metric-proposals.js';

describe('an average of an external metric', () => {
  it.each([
    { total: 30, target: 10, current: 1, expected: 3 },
    { total: 31, target: 10, current: 1, expected: 4 },
    { total: 0, target: 10, current: 4, expected: 0 },
  ])('asks for $expected of $total at $target each', ({ total, target, current, expected }) => {
    expect(proposalForAverage(total, target, current)).toBe(expected);
  });

  it.each([90, 100, 110])('asks for no change at %d of 100', (total) => {
    expect(proposalForAverage(total, 10, 10)).toBe(10);
  });

  it.each([
    [89, 9],
    [111, 12],
  ])('asks for a change at %d of 100', (total, expected) => {
    expect(proposalForAverage(total, 10, 10)).toBe(expected);
  });
});

describe('the utilization of the CPU', () => {
  it('doubles the pods at twice the target, and halves them at half of it', () => {
    // 200m where 100m are desired, and 50m, as the Kubernetes documentation has it.
    const pods = { unready: 0, missing: 0 };
    expect(proposalForUtilization({ ...pods, usages: [0.2, 0.2] }, 1, 10)).toBe(4);
    expect(proposalForUtilization({ ...pods, usages: [0.05, 0.05] }, 1, 10)).toBe(1);
  });

  it('asks for no change within a tenth of the target', () => {
    const pods = { usages: [0.64, 0.66], unready: 0, missing: 0 };
    expect(proposalForUtilization(pods, 1, 60)).toBe(2);
  });

  it('takes pods that are starting as idle before it asks for more', () => {
    const pods = { usages: [1.2, 1.2], unready: 1, missing: 0 };
    expect(proposalForUtilization(pods, 1, 60)).toBe(4);
    expect(proposalForUtilization({ ...pods, unready: 2 }, 1, 60)).toBe(4);
    expect(proposalForUtilization({ ...pods, unready: 3 }, 1, 60)).toBe(5);
  });

  it('ignores pods that are starting when it asks for fewer', () => {
    const pods = { usages: [0.1, 0.1, 0.1, 0.1], unready: 2, missing: 0 };
    expect(proposalForUtilization(pods, 1, 60)).toBe(1);
  });

  it('takes pods that were not measured as busy before it asks for fewer', () => {
    const pods = { usages: [0.3, 0.3], unready: 0, missing: 1 };
    expect(proposalForUtilization(pods, 1, 60)).toBe(3);
    expect(proposalForUtilization({ ...pods, usages: [0, 0, 0] }, 1, 60)).toBe(2);
  });

  it('takes pods that were not measured as idle before it asks for more', () => {
    const pods = { usages: [0.9, 0.9], unready: 0, missing: 1 };
    expect(proposalForUtilization(pods, 1, 60)).toBe(3);
    expect(proposalForUtilization({ ...pods, usages: [1.5, 1.5] }, 1, 60)).toBe(5);
  });

  it('asks for nothing when nothing was measured', () => {
    expect(proposalForUtilization({ usages: [], unready: 3, missing: 0 }, 1, 60)).toBeUndefined();
  });
});
