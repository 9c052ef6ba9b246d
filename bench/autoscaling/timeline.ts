import { percentile } from '../statistics.js';

/** What happened in each second of a simulated day. */
export interface Timeline {
  /** Reports that arrived. */
  readonly rate: number[];
  /** Pods that exist, those that are starting included. */
  readonly pods: number[];
}

export interface QueueTimeline extends Timeline {
  /** Messages of the queue, in work or waiting. */
  readonly depth: number[];
  /** Of the oldest message that is not done, in seconds. */
  readonly age: number[];
}

export interface CpuTimeline extends Timeline {
  /** CPU that the reports need, in parts of what the working pods may use: above 1 they are answered late. */
  readonly load: number[];
}

export interface PodSummary {
  readonly minPods: number;
  readonly maxPods: number;
  readonly podHours: number;
  /** How often pods were added, and how often removed. */
  readonly scaleUps: number;
  readonly scaleDowns: number;
}

export interface Extremes {
  readonly p99: number;
  readonly max: number;
}

export function podSummary({ pods }: Timeline): PodSummary {
  const changes = pods.map((count, index) => count - (pods[index - 1] ?? count));
  return {
    minPods: -largest(pods.map((count) => -count)),
    maxPods: largest(pods),
    podHours: pods.reduce((sum, count) => sum + count, 0) / 3600,
    scaleUps: changes.filter((change) => change > 0).length,
    scaleDowns: changes.filter((change) => change < 0).length,
  };
}

/** @throws RangeError when there are no values. */
export function extremes(values: readonly number[]): Extremes {
  const sorted = Float64Array.from(values).toSorted();
  return { p99: percentile([...sorted], 0.99), max: largest(values) };
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
