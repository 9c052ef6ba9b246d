import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { type AutoscalerSpec, HorizontalPodAutoscaler } from './horizontal-pod-autoscaler.js';
import { defaultBehavior, type ScalingBehavior, type ScalingRules } from './scaling-behavior.js';

const spec = (behavior: ScalingBehavior): AutoscalerSpec => ({
  minReplicas: 2,
  maxReplicas: 50,
  behavior,
});

/** What becomes of the replicas when a metric asks for these numbers, one every 15 seconds. */
function follow(autoscaler: AutoscalerSpec, start: number, wishes: readonly number[]): number[] {
  const hpa = new HorizontalPodAutoscaler(autoscaler);
  let current = start;
  return wishes.map((wish, index) => (current = hpa.decide(index * 15, current, [wish])));
}

const instant: ScalingBehavior = {
  scaleUp: {
    ...defaultBehavior.scaleUp,
    policies: [{ type: 'Pods', value: 999, periodSeconds: 15 }],
  },
  scaleDown: { ...defaultBehavior.scaleDown, stabilizationWindowSeconds: 0 },
};

describe('a horizontal pod autoscaler', () => {
  it('stays between its minimum and its maximum', () => {
    expect(follow(spec(instant), 10, [0, 500])).toEqual([2, 50]);
    expect(follow(spec(instant), 99, [500])).toEqual([50]);
    expect(follow(spec(instant), 1, [1])).toEqual([2]);
  });

  it('scales down to the highest wish of the stabilization window', () => {
    const patient: ScalingBehavior = {
      ...instant,
      scaleDown: { ...instant.scaleDown, stabilizationWindowSeconds: 60 },
    };
    expect(follow(spec(patient), 10, [9, 4, 6, 4, 4, 4, 4])).toEqual([9, 9, 9, 9, 6, 6, 4]);
  });

  it('does not wait for the window before the first decision', () => {
    const hpa = new HorizontalPodAutoscaler(spec(defaultBehavior));
    expect(hpa.decide(0, 10, [4])).toBe(4);
  });

  it('scales up to the lowest wish of the stabilization window', () => {
    const careful: ScalingBehavior = {
      ...instant,
      scaleUp: { ...instant.scaleUp, stabilizationWindowSeconds: 40 },
    };
    expect(follow(spec(careful), 5, [5, 20, 30, 25, 40])).toEqual([5, 5, 5, 20, 25]);
  });

  it('grows by the policies when a metric asks for much more', () => {
    expect(follow(spec(defaultBehavior), 2, [50, 50, 50, 50, 50])).toEqual([6, 12, 24, 48, 50]);
  });

  it('takes the most that any metric asks for', () => {
    const hpa = new HorizontalPodAutoscaler(spec(instant));
    expect(hpa.decide(0, 5, [3, 8, 7])).toBe(8);
  });

  it('scales up without a metric that cannot be read, and never down', () => {
    const hpa = new HorizontalPodAutoscaler(spec(instant));
    expect(hpa.decide(0, 5, [undefined, 8])).toBe(8);
    expect(hpa.decide(15, 8, [undefined, 3])).toBe(8);
    expect(hpa.decide(30, 8, [undefined])).toBe(8);
  });

  it('keeps to its limits whatever the metrics ask for', () => {
    fc.assert(
      fc.property(anyRules, anyRules, anyWishes, (scaleUp, scaleDown, wishes) => {
        const replicas = [20, ...follow(spec({ scaleUp, scaleDown }), 20, wishes)];
        expect(Math.min(...replicas)).toBeGreaterThanOrEqual(2);
        expect(Math.max(...replicas)).toBeLessThanOrEqual(50);
      }),
    );
  });

  it('never takes more away within a period than a policy grants', () => {
    fc.assert(
      fc.property(anyRules, anyRules, anyWishes, (scaleUp, scaleDown, wishes) => {
        const replicas = follow(spec({ scaleUp, scaleDown }), 20, wishes);
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

const anyWishes = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 80 });

/** What the policies leave of the replicas that ran when their periods began, 15 seconds between two entries. */
function fewest(rules: ScalingRules, replicas: readonly number[], index: number): number {
  if (rules.selectPolicy === 'Disabled') return Infinity;
  const left = rules.policies.map(({ type, value, periodSeconds }) => {
    // A decision exactly one period ago is over: what it changed is not counted any more.
    const start = replicas[index - Math.ceil(periodSeconds / 15)] ?? 20;
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return rules.selectPolicy === 'Max' ? Math.min(...left) : Math.max(...left);
}
