/** Finds the cheapest scaling of crashmover that is stable and keeps every message younger than a minute. */
import type { QueueScaling } from './chart.js';
import { crashmoverDay, type QueueTimeline } from './crashmover-day.js';
import type { ScalingPolicy } from './horizontal-pod-autoscaler.js';
import { type DayOfLoad, multiply, ordinaryDay, releaseHours, surgeDay } from './load.js';
import type { Assumptions } from './options.js';
import { largest, podSummary } from './pods.js';

/** Limits: age of the oldest message, and changes of the pod count in the hours of a release (more is oscillation). */
export const aim = { ageSeconds: 60, changes: 50 } as const;

export const scaleUpPolicies: Readonly<Record<string, readonly ScalingPolicy[]>> = {
  '100% or 4 / 15 s': [
    { type: 'Percent', value: 100, periodSeconds: 15 },
    { type: 'Pods', value: 4, periodSeconds: 15 },
  ],
  '4 / 60 s': [{ type: 'Pods', value: 4, periodSeconds: 60 }],
  '10% / 60 s': [{ type: 'Percent', value: 10, periodSeconds: 60 }],
};

export interface Candidate {
  readonly queueLength: number;
  readonly scaleUp: string;
}

export const candidates: readonly Candidate[] = [1, 2, 3, 4, 6, 12].flatMap((queueLength) =>
  Object.keys(scaleUpPolicies).map((scaleUp) => ({ queueLength, scaleUp })),
);

/** At a hundred times the load, with the worse of the two stores. */
export interface Rating extends Candidate {
  /** Age of the oldest message, in seconds, when the load grows by half within three minutes. */
  readonly releaseAge: number;
  /** The same when the load triples within one minute. */
  readonly surgeAge: number;
  readonly changes: number;
  /** Of the release, with both stores together. */
  readonly podHours: number;
}

/** A near store makes pods short of CPU, most of all when reports cost more; a distant one makes them short of slots. */
const stores = [
  { moverWait: 50, cpuFactor: 1.5 },
  { moverWait: 200, cpuFactor: 1 },
] as const;

const surgeSeeds = [1, 2, 3, 4, 5, 6];
/** More than any stable candidate needs. */
const maxReplicas = 400;

/** Simulates a release with one candidate. */
export function rate(
  { queueLength, scaleUp }: Candidate,
  base: QueueScaling,
  assumptions: Assumptions,
): Rating {
  const up = base.behavior.scaleUp;
  const policies = scaleUpPolicies[scaleUp] ?? up.policies;
  const behavior = { ...base.behavior, scaleUp: { ...up, policies } };
  const scaling = { ...base, queueLength, maxReplicas, behavior };
  const releases = withBothStores(multiply(ordinaryDay, 100), scaling, assumptions);
  const pods = releases.map((timeline) => podSummary(timeline.pods));
  return {
    queueLength,
    scaleUp,
    releaseAge: maxAge(releases),
    surgeAge: maxAge(withBothStores(multiply(surgeDay(3), 100), scaling, assumptions)),
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
 * Age of the oldest message, in seconds, when the load grows tenfold within a minute, on the worst of several days: the
 * age of the first depth that the autoscaler reads makes a difference.
 */
export function surgeAge(scaling: QueueScaling, assumptions: Assumptions): number {
  return maxAge(
    surgeSeeds.flatMap((seed) => withBothStores(surgeDay(10), scaling, { ...assumptions, seed })),
  );
}

function withBothStores(
  load: DayOfLoad,
  scaling: QueueScaling,
  assumptions: Assumptions,
): QueueTimeline[] {
  return stores.map(({ moverWait, cpuFactor }) => {
    const moverCpu = assumptions.moverCpu * cpuFactor;
    return crashmoverDay(load, scaling, { ...assumptions, moverWait, moverCpu }, releaseHours);
  });
}

function maxAge(timelines: readonly QueueTimeline[]): number {
  return Math.max(...timelines.map(({ age }) => largest(age)));
}
