/** Finds the cheapest scaling of crashmover that is stable and keeps every message younger than a minute. */
import type { Assumptions } from './assumptions.js';
import type { QueueScaling } from './chart.js';
import { crashmoverDay, type QueueTimeline } from './crashmover-day.js';
import type { ScalingPolicy } from './horizontal-pod-autoscaler.js';
import { type DayOfLoad, multiply, ordinaryDay, releaseHours, surgeDay } from './load.js';
import { largest, podSummary } from './pods.js';

export const aim = {
  /** Every message stays younger. */
  ageSeconds: 60,
  /** Changes of the number of pods in the hours of a release; more is oscillation. */
  changes: 50,
} as const;

export interface Candidate {
  readonly queueLength: number;
  readonly scaleUp: string;
}

/** At a hundred times the load, with the worse of the two stores. */
export interface Rating extends Candidate {
  /** Age of the oldest message, in seconds, when the load grows by half within three minutes. */
  readonly releaseAge: number;
  /** The same when the load triples within one. */
  readonly surgeAge: number;
  readonly changes: number;
  /** Of the release, with both stores together. */
  readonly podHours: number;
}

export const scaleUpPolicies: Readonly<Record<string, readonly ScalingPolicy[]>> = {
  '100% or 4 / 15 s': [
    { type: 'Percent', value: 100, periodSeconds: 15 },
    { type: 'Pods', value: 4, periodSeconds: 15 },
  ],
  '4 / 60 s': [{ type: 'Pods', value: 4, periodSeconds: 60 }],
  '10% / 60 s': [{ type: 'Percent', value: 10, periodSeconds: 60 }],
};

export const candidates: readonly Candidate[] = [4, 6, 8, 10, 12, 100].flatMap((queueLength) =>
  Object.keys(scaleUpPolicies).map((scaleUp) => ({ queueLength, scaleUp })),
);

/**
 * Pods are short of CPU with a near store, above all when a report costs half as much again as was measured, and short
 * of slots with a distant one.
 */
const stores = [
  { moverWaitMs: 50, cpuFactor: 1.5 },
  { moverWaitMs: 200, cpuFactor: 1 },
] as const;

const surgeSeeds = [1, 2, 3, 4, 5, 6];
/** More than any candidate needs that does not oscillate. */
const manyReplicas = 400;

/** Simulates a release with one candidate. */
export function rate(
  { queueLength, scaleUp }: Candidate,
  base: QueueScaling,
  assumptions: Assumptions,
): Rating {
  const { behavior } = base;
  const policies = scaleUpPolicies[scaleUp] ?? behavior.scaleUp.policies;
  const scaling: QueueScaling = {
    ...base,
    queueLength,
    maxReplicas: manyReplicas,
    behavior: { ...behavior, scaleUp: { ...behavior.scaleUp, policies } },
  };
  const releases = withBothStores(multiply(ordinaryDay, 100), scaling, assumptions);
  const pods = releases.map((timeline) => podSummary(timeline.pods));
  return {
    queueLength,
    scaleUp,
    releaseAge: oldest(releases),
    surgeAge: oldest(withBothStores(multiply(surgeDay(3), 100), scaling, assumptions)),
    changes: Math.max(...pods.map(({ scaleUps, scaleDowns }) => scaleUps + scaleDowns)),
    podHours: pods.reduce((sum, { podHours }) => sum + podHours, 0),
  };
}

export function best(ratings: readonly Rating[]): Rating | undefined {
  return ratings
    .filter(({ releaseAge, surgeAge }) => Math.max(releaseAge, surgeAge) < aim.ageSeconds)
    .filter(({ changes }) => changes <= aim.changes)
    .toSorted((a, b) => a.podHours - b.podHours)[0];
}

/**
 * Age of the oldest message, in seconds, when ten times the ordinary load arrives within a minute, on the worst of
 * several days: the age of the first depth that the autoscaler reads makes a difference.
 */
export function surgeAge(scaling: QueueScaling, assumptions: Assumptions): number {
  return oldest(
    surgeSeeds.flatMap((seed) => withBothStores(surgeDay(10), scaling, { ...assumptions, seed })),
  );
}

function withBothStores(
  load: DayOfLoad,
  scaling: QueueScaling,
  assumptions: Assumptions,
): QueueTimeline[] {
  return stores.map(({ moverWaitMs, cpuFactor }) => {
    const moverCpuMs = assumptions.moverCpuMs * cpuFactor;
    return crashmoverDay(load, scaling, { ...assumptions, moverWaitMs, moverCpuMs }, releaseHours);
  });
}

function oldest(timelines: readonly QueueTimeline[]): number {
  return Math.max(...timelines.map(({ age }) => largest(age)));
}
