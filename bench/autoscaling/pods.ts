import { percentile } from '../statistics.js';

/** The pods of a workload. A new pod works only after its start. */
export class PodGroup {
  /** When each pod starts to work, oldest first. */
  private readonly workingFrom: number[];

  /** @param startSeconds from the decision to add a pod until it works */
  constructor(
    count: number,
    private readonly startSeconds: number,
  ) {
    this.workingFrom = Array.from({ length: count }, () => -Infinity);
  }

  get count(): number {
    return this.workingFrom.length;
  }

  /** Removes the newest pods first, as Kubernetes does. */
  scaleTo(count: number, nowSeconds: number): void {
    this.workingFrom.length = Math.min(this.count, count);
    while (this.count < count) this.workingFrom.push(nowSeconds + this.startSeconds);
  }

  /** The number of pods that have worked at least for the given time. */
  working(nowSeconds: number, forSeconds = 0): number {
    let working = this.count;
    while (working > 0 && (this.workingFrom[working - 1] ?? 0) > nowSeconds - forSeconds)
      working -= 1;
    return working;
  }
}

export interface PodSummary {
  readonly minPods: number;
  readonly maxPods: number;
  readonly podHours: number;
  readonly scaleUps: number;
  readonly scaleDowns: number;
}

/** @param pods their number in each second */
export function podSummary(pods: readonly number[]): PodSummary {
  const changes = pods.map((count, index) => count - (pods[index - 1] ?? count));
  return {
    minPods: -largest(pods.map((count) => -count)),
    maxPods: largest(pods),
    podHours: pods.reduce((sum, count) => sum + count, 0) / 3600,
    scaleUps: changes.filter((change) => change > 0).length,
    scaleDowns: changes.filter((change) => change < 0).length,
  };
}

export function p99(values: readonly number[]): number {
  return percentile([...Float64Array.from(values).toSorted()], 0.99);
}

/** Like `Math.max`, which cannot take as many arguments as a day has seconds. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
