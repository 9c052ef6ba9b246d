/** How far the policies of a behaviour allow to go at this moment. */
import type { ScalingPolicy, ScalingRules } from './scaling-behavior.js';

/** A change of the number of replicas that was made. */
export interface ScaleEvent {
  readonly atSeconds: number;
  /** Above 0 for added, below for removed replicas. */
  readonly change: number;
}

/**
 * The most replicas that may run after this decision. A period counts what was added and removed in it, so that
 * frequent decisions do not get more than a policy grants.
 */
export function scaleUpLimit(
  current: number,
  nowSeconds: number,
  events: readonly ScaleEvent[],
  rules: ScalingRules,
): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = rules.policies.map((policy) => {
    const start = replicasAtStart(current, nowSeconds, events, policy);
    // Rounded up: a small percentage of few replicas must not mean never.
    return policy.type === 'Pods'
      ? start + policy.value
      : Math.ceil(start * (1 + policy.value / 100));
  });
  return Math.max(current, select(limits, rules.selectPolicy === 'Max' ? Math.max : Math.min));
}

/** The fewest replicas that may run after this decision. */
export function scaleDownLimit(
  current: number,
  nowSeconds: number,
  events: readonly ScaleEvent[],
  rules: ScalingRules,
): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = rules.policies.map((policy) => {
    const start = replicasAtStart(current, nowSeconds, events, policy);
    return policy.type === 'Pods'
      ? start - policy.value
      : Math.trunc(start * (1 - policy.value / 100));
  });
  return Math.min(current, select(limits, rules.selectPolicy === 'Max' ? Math.min : Math.max));
}

function replicasAtStart(
  current: number,
  nowSeconds: number,
  events: readonly ScaleEvent[],
  { periodSeconds }: ScalingPolicy,
): number {
  return events
    .filter(({ atSeconds }) => atSeconds > nowSeconds - periodSeconds)
    .reduce((replicas, { change }) => replicas - change, current);
}

function select(limits: readonly number[], choose: (...limits: number[]) => number): number {
  if (limits.length === 0) throw new RangeError('a direction of scaling needs a policy');
  return choose(...limits);
}
