/** Which scaling of crashmover is the cheapest of those that are calm and keep every message younger than a minute? */
import { crashmoverDay, type CrashmoverSurroundings, type QueueScaling } from './crashmover-day.js';
import { type DayOfLoad, ordinaryDay, releaseHours, surgeDay, timesAsMuch } from './day-of-load.js';
import type { ScalingPolicy } from './scaling-behavior.js';
import { extremes, podSummary, type QueueTimeline } from './timeline.js';

export const aim = {
  /** No message may become this old. */
  ageSeconds: 60,
  /** Changes of the number of pods in the hours of a release; more is going up and down. */
  changes: 50,
} as const;

export interface Candidate {
  readonly queueLength: number;
  readonly scaleUp: string;
}

/** At a hundred times the load, with the worse of two stores: a close one, and a distant one. */
export interface Rating extends Candidate {
  /** Oldest message, in seconds, when half as much comes again within three minutes. */
  readonly releaseAge: number;
  /** The same when three times as much comes within one. */
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

const queueLengths = [4, 6, 8, 10, 12, 100];
/**
 * Pods are short of CPU with a close store, above all when a report costs half as much again as was measured, and short
 * of slots with a distant one.
 */
const stores = [
  { waitSeconds: 0.05, cpuFactor: 1.5 },
  { waitSeconds: 0.2, cpuFactor: 1 },
] as const;
type Store = (typeof stores)[number];

const surgeSeeds = [1, 2, 3, 4, 5, 6];
/** More than any candidate needs that is not going up and down. */
const manyReplicas = 400;

export const candidates: readonly Candidate[] = queueLengths.flatMap((queueLength) =>
  Object.keys(scaleUpPolicies).map((scaleUp) => ({ queueLength, scaleUp })),
);

export function sweep(
  tried: readonly Candidate[],
  base: QueueScaling,
  surroundings: CrashmoverSurroundings,
): Rating[] {
  return tried.map((candidate) => rate(candidate, base, surroundings));
}

/** The cheapest that is calm and keeps messages young enough. */
export function best(ratings: readonly Rating[]): Rating | undefined {
  return ratings
    .filter((rating) => Math.max(rating.releaseAge, rating.surgeAge) < aim.ageSeconds)
    .filter(({ changes }) => changes <= aim.changes)
    .toSorted((a, b) => a.podHours - b.podHours)[0];
}

/**
 * Seconds to which the oldest message comes when ten times the ordinary load arrives within a minute, in the worst of
 * several days: it matters how old the depth is that the autoscaler reads first.
 */
export function surgeAges(
  minimums: readonly number[],
  base: QueueScaling,
  surroundings: CrashmoverSurroundings,
): { readonly minReplicas: number; readonly age: number }[] {
  return minimums.map((minReplicas) => ({
    minReplicas,
    age: oldest(
      stores.flatMap((store) =>
        surgeSeeds.map((seed) =>
          run(surgeDay(10), { ...base, minReplicas }, { ...surroundings, seed }, store),
        ),
      ),
    ),
  }));
}

function rate(
  candidate: Candidate,
  base: QueueScaling,
  surroundings: CrashmoverSurroundings,
): Rating {
  const scaling = scalingOf(candidate, base);
  const both = (load: DayOfLoad): QueueTimeline[] =>
    stores.map((store) => run(timesAsMuch(load, 100), scaling, surroundings, store));
  const releases = both(ordinaryDay);
  const pods = releases.map(podSummary);
  return {
    ...candidate,
    releaseAge: oldest(releases),
    surgeAge: oldest(both(surgeDay(3))),
    changes: Math.max(...pods.map(({ scaleUps, scaleDowns }) => scaleUps + scaleDowns)),
    podHours: pods.reduce((sum, { podHours }) => sum + podHours, 0),
  };
}

function run(
  load: DayOfLoad,
  scaling: QueueScaling,
  surroundings: CrashmoverSurroundings,
  { waitSeconds, cpuFactor }: Store,
): QueueTimeline {
  const cpuSeconds = surroundings.pod.cpuSeconds * cpuFactor;
  const pod = { ...surroundings.pod, waitSeconds, cpuSeconds };
  return crashmoverDay(load, scaling, { ...surroundings, pod }, releaseHours);
}

function oldest(timelines: readonly QueueTimeline[]): number {
  return Math.max(...timelines.map(({ age }) => extremes(age).max));
}

function scalingOf({ queueLength, scaleUp }: Candidate, base: QueueScaling): QueueScaling {
  const policies = scaleUpPolicies[scaleUp] ?? base.behavior.scaleUp.policies;
  const { behavior } = base;
  return {
    ...base,
    queueLength,
    maxReplicas: manyReplicas,
    behavior: { ...behavior, scaleUp: { ...behavior.scaleUp, policies } },
  };
}
