/**
 * The decisions of Kubernetes' HorizontalPodAutoscaler (`autoscaling/v2`), without the cluster: from what the
 * metrics propose, over the stabilization windows and the policies, to the number of replicas.
 * Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ and the controller's own code
 * (pkg/controller/podautoscaler/horizontal.go).
 */
import type { ScalingBehavior } from './scaling-behavior.js';
import { type ScaleEvent, scaleDownLimit, scaleUpLimit } from './scaling-limits.js';

export interface AutoscalerSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly behavior: ScalingBehavior;
}

/** How often the controller decides, unless its flags say otherwise. */
export const syncPeriodSeconds = 15;

interface Recommendation {
  readonly atSeconds: number;
  readonly replicas: number;
}

export class HorizontalPodAutoscaler {
  private recommendations: Recommendation[] = [];
  private events: ScaleEvent[] = [];

  constructor(private readonly spec: AutoscalerSpec) {}

  /**
   * @param proposals what each metric asks for; undefined for one that could not be read
   * @returns the number of replicas from now on
   */
  decide(nowSeconds: number, current: number, proposals: readonly (number | undefined)[]): number {
    const desired = this.desired(nowSeconds, current, proposals);
    if (desired !== current) this.events.push({ atSeconds: nowSeconds, change: desired - current });
    this.forget(nowSeconds);
    return desired;
  }

  private desired(
    nowSeconds: number,
    current: number,
    proposals: readonly (number | undefined)[],
  ): number {
    const { minReplicas, maxReplicas } = this.spec;
    if (current > maxReplicas) return maxReplicas;
    if (current < minReplicas) return minReplicas;
    const proposed = largest(proposals, current);
    if (proposed === undefined) return current;
    return this.withinLimits(nowSeconds, current, this.stabilized(nowSeconds, current, proposed));
  }

  /** No higher than every recommendation of the window for up, no lower than every one of that for down. */
  private stabilized(nowSeconds: number, current: number, proposed: number): number {
    const { scaleUp, scaleDown } = this.spec.behavior;
    const within = (windowSeconds: number): number[] =>
      this.recommendations
        .filter(({ atSeconds }) => atSeconds > nowSeconds - windowSeconds)
        .map(({ replicas }) => replicas);
    const least = Math.min(proposed, ...within(scaleUp.stabilizationWindowSeconds));
    const most = Math.max(proposed, ...within(scaleDown.stabilizationWindowSeconds));
    this.recommendations.push({ atSeconds: nowSeconds, replicas: proposed });
    return Math.min(Math.max(current, least), most);
  }

  private withinLimits(nowSeconds: number, current: number, wanted: number): number {
    const { minReplicas, maxReplicas, behavior } = this.spec;
    if (wanted > current) {
      const limit = scaleUpLimit(current, nowSeconds, this.events, behavior.scaleUp);
      return Math.min(wanted, limit, maxReplicas);
    }
    if (wanted < current) {
      const limit = scaleDownLimit(current, nowSeconds, this.events, behavior.scaleDown);
      return Math.max(wanted, limit, minReplicas);
    }
    return current;
  }

  private forget(nowSeconds: number): void {
    const { scaleUp, scaleDown } = this.spec.behavior;
    const rules = [scaleUp, scaleDown];
    const windows = rules.map((rule) => rule.stabilizationWindowSeconds);
    const periods = rules.flatMap((rule) => rule.policies.map((policy) => policy.periodSeconds));
    this.recommendations = newerThan(nowSeconds - Math.max(...windows), this.recommendations);
    this.events = newerThan(nowSeconds - Math.max(0, ...periods), this.events);
  }
}

/** A metric that could not be read prevents scaling down; the others may still ask for more. */
function largest(proposals: readonly (number | undefined)[], current: number): number | undefined {
  const known = proposals.filter((proposal) => proposal !== undefined);
  if (known.length === 0) return undefined;
  const most = Math.max(...known);
  return known.length < proposals.length && most < current ? undefined : most;
}

function newerThan<T extends { readonly atSeconds: number }>(seconds: number, items: T[]): T[] {
  return items.filter(({ atSeconds }) => atSeconds > seconds);
}
