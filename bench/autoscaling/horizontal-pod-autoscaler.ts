/**
 * The decisions of Kubernetes' HorizontalPodAutoscaler (`autoscaling/v2`), without the cluster: from the number of
 * replicas that a metric proposes, through the stabilization windows and the policies, to the number that runs.
 * Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ and the controller's own code
 * (pkg/controller/podautoscaler/horizontal.go).
 */
export interface AutoscalerSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly behavior: ScalingBehavior;
}

export interface ScalingBehavior {
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
}

export interface ScalingRules {
  /** How far back a more cautious recommendation still counts. */
  readonly stabilizationWindowSeconds: number;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly ScalingPolicy[];
}

/** The limit of what is added or removed within the period. */
export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

/** A change of the number of replicas: above 0 for added, below for removed ones. */
export interface ScaleEvent {
  readonly atSeconds: number;
  readonly change: number;
}

/** How often the controller decides, unless its flags change it. */
export const syncPeriodSeconds = 15;
/** Kubernetes allows no longer stabilization window or period of a policy. */
const longestMemorySeconds = 3600;

export class HorizontalPodAutoscaler {
  private recommendations: { readonly atSeconds: number; readonly replicas: number }[] = [];
  private events: ScaleEvent[] = [];

  constructor(private readonly spec: AutoscalerSpec) {}

  /**
   * @param proposed replicas that the metric asks for
   * @returns the number of replicas from now on
   */
  decide(nowSeconds: number, current: number, proposed: number): number {
    const remembered = <T extends { readonly atSeconds: number }>(items: readonly T[]): T[] =>
      items.filter(({ atSeconds }) => atSeconds > nowSeconds - longestMemorySeconds);
    this.recommendations = remembered(this.recommendations);
    this.events = remembered(this.events);
    const desired = this.desired(nowSeconds, current, proposed);
    if (desired !== current) this.events.push({ atSeconds: nowSeconds, change: desired - current });
    return desired;
  }

  private desired(nowSeconds: number, current: number, proposed: number): number {
    const { minReplicas, maxReplicas, behavior } = this.spec;
    if (current > maxReplicas) return maxReplicas;
    if (current < minReplicas) return minReplicas;
    const wanted = this.stabilized(nowSeconds, current, proposed);
    if (wanted > current) {
      const limit = scaleUpLimit(current, nowSeconds, this.events, behavior.scaleUp);
      return Math.min(wanted, limit, maxReplicas);
    }
    const limit = scaleDownLimit(current, nowSeconds, this.events, behavior.scaleDown);
    return wanted < current ? Math.max(wanted, limit, minReplicas) : current;
  }

  /** At most every recommendation of the window for up, at least every one of the window for down. */
  private stabilized(nowSeconds: number, current: number, proposed: number): number {
    const { scaleUp, scaleDown } = this.spec.behavior;
    const within = ({ stabilizationWindowSeconds }: ScalingRules): number[] =>
      this.recommendations
        .filter(({ atSeconds }) => atSeconds > nowSeconds - stabilizationWindowSeconds)
        .map(({ replicas }) => replicas);
    const min = Math.min(proposed, ...within(scaleUp));
    const max = Math.max(proposed, ...within(scaleDown));
    this.recommendations.push({ atSeconds: nowSeconds, replicas: proposed });
    return Math.min(Math.max(current, min), max);
  }
}

/** The most replicas that the policies allow after this decision. */
export function scaleUpLimit(
  current: number,
  nowSeconds: number,
  events: readonly ScaleEvent[],
  { selectPolicy, policies }: ScalingRules,
): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map((policy) => {
    const start = replicasAtStart(current, nowSeconds, events, policy);
    // Rounded up: a small percentage of few replicas must not mean never.
    return policy.type === 'Pods'
      ? start + policy.value
      : Math.ceil(start * (1 + policy.value / 100));
  });
  return Math.max(current, selectPolicy === 'Max' ? Math.max(...limits) : Math.min(...limits));
}

/** The fewest replicas that the policies allow after this decision. */
export function scaleDownLimit(
  current: number,
  nowSeconds: number,
  events: readonly ScaleEvent[],
  { selectPolicy, policies }: ScalingRules,
): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map((policy) => {
    const start = replicasAtStart(current, nowSeconds, events, policy);
    return policy.type === 'Pods'
      ? start - policy.value
      : Math.trunc(start * (1 - policy.value / 100));
  });
  return Math.min(current, selectPolicy === 'Max' ? Math.min(...limits) : Math.max(...limits));
}

/** Counts what the period added and removed, so that frequent decisions get no more than a policy grants. */
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

/** Deviations of a metric from its target that are ignored (`--horizontal-pod-autoscaler-tolerance`). */
function isTolerated(ratio: number): boolean {
  return ratio >= 0.9 && ratio <= 1.1;
}

/** Replicas that an External metric with a target of type `AverageValue` asks for. */
export function proposalForAverage(total: number, target: number, current: number): number {
  return isTolerated(total / (target * current)) ? current : Math.ceil(total / target);
}

/**
 * Replicas that the Resource metric `cpu` with a target of type `Utilization` asks for. Pods that are starting count
 * as idle when more are needed, and not at all when fewer are; if that turns the direction, nothing changes.
 * @param pods with their mean use in cores, of those that are ready
 * @param target percent of the request
 */
export function proposalForUtilization(
  pods: { readonly ready: number; readonly starting: number; readonly meanCores: number },
  requestCores: number,
  target: number,
): number {
  const { ready, starting, meanCores } = pods;
  const current = ready + starting;
  const ratioOver = (count: number): number =>
    Math.trunc((meanCores * ready * 100) / (requestCores * count)) / target;
  const ratio = ratioOver(ready);
  if (starting === 0 || ratio <= 1) return isTolerated(ratio) ? current : Math.ceil(ratio * ready);
  const cautious = ratioOver(current);
  return isTolerated(cautious) || cautious < 1 ? current : Math.ceil(cautious * current);
}
