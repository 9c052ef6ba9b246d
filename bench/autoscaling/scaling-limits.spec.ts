import { describe, expect, it } from '@jest/globals';

import { defaultBehavior, type ScalingRules } from './scaling-behavior.js';
import { type ScaleEvent, scaleDownLimit, scaleUpLimit } from './scaling-limits.js';

const rules = (
  policies: ScalingRules['policies'],
  selectPolicy: ScalingRules['selectPolicy'] = 'Max',
): ScalingRules => ({ stabilizationWindowSeconds: 0, selectPolicy, policies });

describe('the limit of scaling down', () => {
  // The example of the Kubernetes documentation: 4 pods or 10 percent a minute, whichever is more.
  const gently = rules([
    { type: 'Pods', value: 4, periodSeconds: 60 },
    { type: 'Percent', value: 10, periodSeconds: 60 },
  ]);

  it('takes a tenth of many pods, rounded in favour of the policy', () => {
    expect(scaleDownLimit(80, 0, [], gently)).toBe(72);
    expect(scaleDownLimit(72, 60, [{ atSeconds: 0, change: -8 }], gently)).toBe(64);
  });

  it('takes four of few pods, from forty on', () => {
    expect(scaleDownLimit(40, 0, [], gently)).toBe(36);
    expect(scaleDownLimit(12, 0, [], gently)).toBe(8);
  });

  it('takes the smaller change when told to', () => {
    expect(scaleDownLimit(80, 0, [], { ...gently, selectPolicy: 'Min' })).toBe(76);
  });

  it('counts what went within the period', () => {
    const events: ScaleEvent[] = [{ atSeconds: 10, change: -5 }];
    expect(scaleDownLimit(75, 30, events, gently)).toBe(72);
  });

  it('stays where it is when scaling down is disabled', () => {
    expect(scaleDownLimit(80, 0, [], { ...gently, selectPolicy: 'Disabled' })).toBe(80);
  });
});

describe('the limit of scaling up', () => {
  it('is four more or twice as many by default', () => {
    expect(scaleUpLimit(1, 0, [], defaultBehavior.scaleUp)).toBe(5);
    expect(scaleUpLimit(10, 0, [], defaultBehavior.scaleUp)).toBe(20);
  });

  it('goes from one to a thousand in three minutes with 900 percent a minute', () => {
    const fast = rules([{ type: 'Percent', value: 900, periodSeconds: 60 }]);
    const events: ScaleEvent[] = [];
    const reached = [0, 60, 120].reduce((current, atSeconds) => {
      const limit = scaleUpLimit(current, atSeconds, events, fast);
      events.push({ atSeconds, change: limit - current });
      return limit;
    }, 1);
    expect(reached).toBe(1000);
  });

  it('adds one of few by a small percentage', () => {
    expect(scaleUpLimit(3, 0, [], rules([{ type: 'Percent', value: 10, periodSeconds: 60 }]))).toBe(
      4,
    );
  });

  it('grants a policy once a period and not once a decision', () => {
    const one = rules([{ type: 'Pods', value: 1, periodSeconds: 60 }]);
    const events: ScaleEvent[] = [{ atSeconds: 0, change: 1 }];
    expect(scaleUpLimit(5, 45, events, one)).toBe(5);
    expect(scaleUpLimit(5, 60, events, one)).toBe(6);
  });

  it('never takes away, whatever came in the period', () => {
    const one = rules([{ type: 'Pods', value: 1, periodSeconds: 60 }]);
    expect(scaleUpLimit(9, 10, [{ atSeconds: 5, change: 4 }], one)).toBe(9);
  });
});
