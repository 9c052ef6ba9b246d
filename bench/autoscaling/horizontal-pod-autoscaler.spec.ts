import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import {
  HorizontalPodAutoscaler,
  proposalForAverage,
  proposalForUtilization,
  scaleDownLimit,
  type ScaleEvent,
  scaleUpLimit,
  type ScalingBehavior,
  type ScalingRules,
} from './horizontal-pod-autoscaler.js';

const rules = (
  policies: ScalingRules['policies'],
  stabilizationWindowSeconds = 0,
): ScalingRules => ({ stabilizationWindowSeconds, selectPolicy: 'Max', policies });

/** What Kubernetes does for an autoscaler without a `behavior`. */
const defaultBehavior: ScalingBehavior = {
  scaleUp: rules([
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ]),
  scaleDown: rules([{ type: 'Percent', value: 100, periodSeconds: 15 }], 300),
};

const instantUp = rules([{ type: 'Pods', value: 999, periodSeconds: 15 }]);
const instantDown = rules([{ type: 'Percent', value: 100, periodSeconds: 15 }]);
const instant: ScalingBehavior = { scaleUp: instantUp, scaleDown: instantDown };

/** The replicas after each proposal, one every 15 seconds. */
function follow(behavior: ScalingBehavior, start: number, proposals: readonly number[]): number[] {
  const hpa = new HorizontalPodAutoscaler({ minReplicas: 2, maxReplicas: 50, behavior });
  let current = start;
  return proposals.map((proposed, index) => (current = hpa.decide(index * 15, current, proposed)));
}

describe('HorizontalPodAutoscaler', () => {
  it('stays between its minimum and its maximum', () => {
    expect(follow(instant, 10, [0, 500])).toEqual([2, 50]);
    expect(follow(instant, 99, [500])).toEqual([50]);
    expect(follow(instant, 1, [1])).toEqual([2]);
  });

  it('scales down to the highest proposal of the stabilization window', () => {
    const scaleDown = { ...instantDown, stabilizationWindowSeconds: 60 };
    const replicas = follow({ ...instant, scaleDown }, 10, [9, 4, 6, 4, 4, 4, 4]);
    expect(replicas).toEqual([9, 9, 9, 9, 6, 6, 4]);
  });

  it('does not wait for the window before the first decision', () => {
    expect(follow(defaultBehavior, 10, [4])).toEqual([4]);
  });

  it('scales up to the lowest proposal of the stabilization window', () => {
    const scaleUp = { ...instantUp, stabilizationWindowSeconds: 40 };
    const replicas = follow({ ...instant, scaleUp }, 5, [5, 20, 30, 25, 40]);
    expect(replicas).toEqual([5, 5, 5, 20, 25]);
  });

  it('grows by the policies when a metric asks for much more', () => {
    expect(follow(defaultBehavior, 2, [50, 50, 50, 50, 50])).toEqual([6, 12, 24, 48, 50]);
  });

  it('keeps to its limits whatever the metric asks for', () => {
    fc.assert(
      fc.property(anyRules, anyRules, anyProposals, (scaleUp, scaleDown, proposals) => {
        const replicas = [20, ...follow({ scaleUp, scaleDown }, 20, proposals)];
        expect(Math.min(...replicas)).toBeGreaterThanOrEqual(2);
        expect(Math.max(...replicas)).toBeLessThanOrEqual(50);
      }),
    );
  });

  it('never removes more within a period than a policy grants', () => {
    fc.assert(
      fc.property(anyRules, anyRules, anyProposals, (scaleUp, scaleDown, proposals) => {
        const replicas = follow({ scaleUp, scaleDown }, 20, proposals);
        replicas.forEach((count, index) => {
          if (count >= (replicas[index - 1] ?? 20)) return;
          expect(count).toBeGreaterThanOrEqual(fewest(scaleDown, replicas, index));
        });
      }),
    );
  });
});

const anyRules = fc.record({
  stabilizationWindowSeconds: fc.integer({ min: 0, max: 600 }),
  selectPolicy: fc.constantFrom('Max' as const, 'Min' as const, 'Disabled' as const),
  policies: fc.array(
    fc.record({
      type: fc.constantFrom('Pods' as const, 'Percent' as const),
      value: fc.integer({ min: 1, max: 100 }),
      periodSeconds: fc.integer({ min: 15, max: 300 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

const anyProposals = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 80 });

/** What the policies leave of the replicas that ran when their periods began, 15 seconds between two entries. */
function fewest(scaleDown: ScalingRules, replicas: readonly number[], index: number): number {
  if (scaleDown.selectPolicy === 'Disabled') return Infinity;
  const left = scaleDown.policies.map(({ type, value, periodSeconds }) => {
    // A decision exactly one period ago does not count any more.
    const start = replicas[index - Math.ceil(periodSeconds / 15)] ?? 20;
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return scaleDown.selectPolicy === 'Max' ? Math.min(...left) : Math.max(...left);
}

describe('scaleDownLimit', () => {
  // The example of the Kubernetes documentation: 4 pods or 10 percent per minute, whichever is more.
  const gently = rules([
    { type: 'Pods', value: 4, periodSeconds: 60 },
    { type: 'Percent', value: 10, periodSeconds: 60 },
  ]);

  it('removes a tenth of many pods, rounded in favour of the policy', () => {
    expect(scaleDownLimit(80, 0, [], gently)).toBe(72);
    expect(scaleDownLimit(72, 60, [{ atSeconds: 0, change: -8 }], gently)).toBe(64);
  });

  it('removes four of forty pods or fewer', () => {
    expect(scaleDownLimit(40, 0, [], gently)).toBe(36);
    expect(scaleDownLimit(12, 0, [], gently)).toBe(8);
  });

  it('makes the smaller change with selectPolicy Min, and none with Disabled', () => {
    expect(scaleDownLimit(80, 0, [], { ...gently, selectPolicy: 'Min' })).toBe(76);
    expect(scaleDownLimit(80, 0, [], { ...gently, selectPolicy: 'Disabled' })).toBe(80);
  });

  it('counts what was removed within the period', () => {
    expect(scaleDownLimit(75, 30, [{ atSeconds: 10, change: -5 }], gently)).toBe(72);
  });
});

describe('scaleUpLimit', () => {
  const onePerMinute = rules([{ type: 'Pods', value: 1, periodSeconds: 60 }]);

  it('adds four or doubles by default', () => {
    expect(scaleUpLimit(1, 0, [], defaultBehavior.scaleUp)).toBe(5);
    expect(scaleUpLimit(10, 0, [], defaultBehavior.scaleUp)).toBe(20);
  });

  it('goes from one to a thousand in three minutes with 900 percent per minute', () => {
    const fast = rules([{ type: 'Percent', value: 900, periodSeconds: 60 }]);
    const events: ScaleEvent[] = [];
    const reached = [0, 60, 120].reduce((current, atSeconds) => {
      const limit = scaleUpLimit(current, atSeconds, events, fast);
      events.push({ atSeconds, change: limit - current });
      return limit;
    }, 1);
    expect(reached).toBe(1000);
  });

  it('adds one to few pods by a small percentage', () => {
    const slow = rules([{ type: 'Percent', value: 10, periodSeconds: 60 }]);
    expect(scaleUpLimit(3, 0, [], slow)).toBe(4);
  });

  it('grants a policy once per period and not once per decision', () => {
    const events: ScaleEvent[] = [{ atSeconds: 0, change: 1 }];
    expect(scaleUpLimit(5, 45, events, onePerMinute)).toBe(5);
    expect(scaleUpLimit(5, 60, events, onePerMinute)).toBe(6);
  });

  it('never removes pods, whatever the period added', () => {
    expect(scaleUpLimit(9, 10, [{ atSeconds: 5, change: 4 }], onePerMinute)).toBe(9);
  });
});

describe('proposalForAverage', () => {
  it.each([
    { total: 30, target: 10, current: 1, expected: 3 },
    { total: 31, target: 10, current: 1, expected: 4 },
    { total: 0, target: 10, current: 4, expected: 0 },
    { total: 89, target: 10, current: 10, expected: 9 },
    { total: 111, target: 10, current: 10, expected: 12 },
  ])('proposes $expected for $total at $target each', ({ total, target, current, expected }) => {
    expect(proposalForAverage(total, target, current)).toBe(expected);
  });

  it.each([90, 100, 110])('proposes no change at %d of 100', (total) => {
    expect(proposalForAverage(total, 10, 10)).toBe(10);
  });
});

describe('proposalForUtilization', () => {
  it('doubles the pods at twice the target, and halves them at half of it', () => {
    // 200m where 100m are desired, and 50m, as the Kubernetes documentation has it.
    expect(proposalForUtilization({ ready: 2, starting: 0, meanCores: 0.2 }, 1, 10)).toBe(4);
    expect(proposalForUtilization({ ready: 2, starting: 0, meanCores: 0.05 }, 1, 10)).toBe(1);
  });

  it('proposes no change within a tenth of the target', () => {
    expect(proposalForUtilization({ ready: 2, starting: 0, meanCores: 0.65 }, 1, 60)).toBe(2);
  });

  it('counts pods that are starting as idle when more are needed', () => {
    const pods = { ready: 2, meanCores: 1.2 };
    expect(proposalForUtilization({ ...pods, starting: 1 }, 1, 60)).toBe(4);
    expect(proposalForUtilization({ ...pods, starting: 2 }, 1, 60)).toBe(4);
    expect(proposalForUtilization({ ...pods, starting: 3 }, 1, 60)).toBe(5);
  });

  it('ignores pods that are starting when fewer are needed', () => {
    expect(proposalForUtilization({ ready: 4, starting: 2, meanCores: 0.1 }, 1, 60)).toBe(1);
  });
});
