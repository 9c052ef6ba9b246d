import { percentile } from '../statistics.js';

/** What happened in each step of a simulated day. */
export interface Timeline {
  readonly stepSeconds: number;
  /** Reports that arrived, a second. */
  readonly rate: number[];
  /** Pods that exist, those that are starting included. */
  readonly pods: number[];
  /** Messages of the queue, in work or waiting. */
  readonly depth: number[];
  /** Of the oldest message that is not done, in seconds. */
  readonly age: number[];
}

export interface DaySummary {
  readonly maxAge: number;
  readonly p99Age: number;
  readonly maxDepth: number;
  readonly minPods: number;
  readonly maxPods: number;
  readonly podHours: number;
  /** How often pods were added, and how often removed. */
  readonly scaleUps: number;
  readonly scaleDowns: number;
}

export function summary({ stepSeconds, pods, depth, age }: Timeline): DaySummary {
  const ages = age.toSorted((a, b) => a - b);
  const changes = pods.map((count, index) => count - (pods[index - 1] ?? count));
  return {
    maxAge: ages.at(-1) ?? 0,
    p99Age: percentile(ages, 0.99),
    maxDepth: largest(depth),
    minPods: -largest(pods.map((count) => -count)),
    maxPods: largest(pods),
    podHours: (pods.reduce((sum, count) => sum + count, 0) * stepSeconds) / 3600,
    scaleUps: changes.filter((change) => change > 0).length,
    scaleDowns: changes.filter((change) => change < 0).length,
  };
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
