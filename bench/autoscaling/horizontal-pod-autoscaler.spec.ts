import { describe, expect, it } from '@jest/globals';

import {
  type AutoscalerSpec,
  HorizontalPodAutoscaler,
  proposalForAverage,
  proposalForUtilization,
  type ScaleEvent,
  scaleLimit,
  type ScalingPolicy,
} from './horizontal-pod-autoscaler.js';

type Behavior = AutoscalerSpec['behavior'];

const rules = (policies: readonly ScalingPolicy[], stabilizationWindowSeconds = 0) => ({
  policies,
  stabilizationWindowSeconds,
});

/** What Kubernetes does for an autoscaler without a `behavior`. */
const defaultBehavior: Behavior = {
  scaleUp: rules([
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ]),
  scaleDown: rules([{ type: 'Percent', value: 100, periodSeconds: 15 }], 300),
};

const instantUp = rules([{ type: 'Pods', value: 999, periodSeconds: 15 }]);
const instantDown = rules([{ type: 'Percent', value: 100, periodSeconds: 15 }]);
const instant: Behavior = { scaleUp: instantUp, scaleDown: instantDown };

/** The replicas after each proposal, one every 15 seconds. */
function follow(behavior: Behavior, start: number, proposals: readonly number[]): number[] {
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
});

const perMinute = (type: ScalingPolicy['type'], value: number): ScalingPolicy => ({
  type,
  value,
  periodSeconds: 60,
});
const limit = (
  direction: keyof Behavior,
  policies: readonly ScalingPolicy[],
  current: number,
  events: readonly ScaleEvent[] = [],
): number => scaleLimit(direction, current, 60, events, { policies });

describe('scaleLimit', () => {
  // The example of the Kubernetes documentation: 4 pods or 10 percent per minute, whichever is more.
  const gently = [perMinute('Pods', 4), perMinute('Percent', 10)];
  const one = [perMinute('Pods', 1)];

  it.each([
    ['removes a tenth of many pods', 'scaleDown', gently, 80, 0, 72],
    ['rounds in favour of the policy', 'scaleDown', gently, 72, 0, 64],
    ['removes four of forty pods', 'scaleDown', gently, 40, 0, 36],
    ['removes four of few pods', 'scaleDown', gently, 12, 0, 8],
    ['counts what was removed within the period', 'scaleDown', gently, 75, -5, 72],
    ['adds four pods to one by default', 'scaleUp', defaultBehavior.scaleUp.policies, 1, 0, 5],
    ['doubles ten pods by default', 'scaleUp', defaultBehavior.scaleUp.policies, 10, 0, 20],
    ['adds tenfold with 900 percent', 'scaleUp', [perMinute('Percent', 900)], 100, 0, 1000],
    ['adds one to few pods by a small percentage', 'scaleUp', [perMinute('Percent', 10)], 3, 0, 4],
    ['applies a policy once per period, not per decision', 'scaleUp', one, 5, 1, 5],
    ['never removes pods, whatever the period added', 'scaleUp', one, 9, 4, 9],
  ] as const)('%s', (_, direction, policies, current, changed, expected) => {
    const events = [{ atSeconds: 15, change: changed }];
    expect(limit(direction, policies, current, events)).toBe(expected);
  });

  it('ignores a change that is one period old', () => {
    expect(limit('scaleUp', one, 5, [{ atSeconds: 0, change: 1 }])).toBe(6);
    expect(limit('scaleDown', gently, 72, [{ atSeconds: 0, change: -8 }])).toBe(64);
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
