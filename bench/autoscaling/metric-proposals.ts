/** How many replicas a metric asks for, before windows and policies. */

/** Deviations of the metric from its target that are ignored (`--horizontal-pod-autoscaler-tolerance`). */
export const defaultTolerance = 0.1;

/**
 * For an External metric with a target of type `AverageValue`: as many as share the total.
 * @param current replicas that run or are starting, at least 1
 */
export function proposalForAverage(
  total: number,
  target: number,
  current: number,
  tolerance = defaultTolerance,
): number {
  if (isTolerated(total / (target * current), tolerance)) return current;
  return Math.ceil(total / target);
}

/** What the autoscaler sees of the pods that it scales by their CPU. */
export interface ObservedPods {
  /** Of pods that are ready and measured, in cores. */
  readonly usages: readonly number[];
  /** Pods whose start is not over, or whose measurement still has a part of it. */
  readonly unready: number;
  /** Pods that are ready and of which nothing was measured. */
  readonly missing: number;
}

/**
 * For the Resource metric `cpu` with a target of type `Utilization`.
 * Who is not ready counts as idle when more are needed; who was not measured as idle then, and as busy when fewer
 * are; if that turns the direction, nothing changes.
 * @param requestCores of each pod
 * @param target percent of the request
 * @returns undefined when no pod could be measured.
 */
export function proposalForUtilization(
  { usages, unready, missing }: ObservedPods,
  requestCores: number,
  target: number,
  tolerance = defaultTolerance,
): number | undefined {
  if (usages.length === 0) return undefined;
  const current = usages.length + unready + missing;
  const used = usages.reduce((sum, usage) => sum + usage, 0);
  const ratioOf = (cores: number, pods: number): number =>
    Math.trunc((cores * 100) / (requestCores * pods)) / target;
  const ratio = ratioOf(used, usages.length);
  const growing = ratio > 1;
  if (missing === 0 && !(growing && unready > 0))
    return isTolerated(ratio, tolerance) ? current : Math.ceil(ratio * usages.length);
  const counted = usages.length + missing + (growing ? unready : 0);
  const assumed = growing ? 0 : (missing * requestCores * Math.max(100, target)) / 100;
  const cautious = ratioOf(used + assumed, counted);
  if (isTolerated(cautious, tolerance) || cautious > 1 !== growing) return current;
  const proposed = Math.ceil(cautious * counted);
  return growing ? Math.max(current, proposed) : Math.min(current, proposed);
}

function isTolerated(ratio: number, tolerance: number): boolean {
  return ratio >= 1 - tolerance && ratio <= 1 + tolerance;
}
