/**
 * The decisions of Kubernetes' HorizontalPodAutoscaler (`autoscaling/v2`), without the cluster: from the number of
 * replicas that a metric proposes, through the stabilization windows and the policies, to the number that runs.
 * Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ and the controller's own code
 * (pkg/controller/podautoscaler/horizontal.go).
 */
export interface AutoscalerSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly behavior: Readonly<Record<'scaleUp' | 'scaleDown', ScalingRules>>;
}

/** Without `selectPolicy`: the chart keeps its default, `Max`. */
interface ScalingRules {
  /** How far back a more cautious recommendation still counts. */
  readonly stabilizationWindowSeconds: number;
  readonly policies: readonly ScalingPolicy[];
}

/** The limit of what is added or removed within the period. */
export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

/** A change of the number of replicas: positive when pods were added, negative when they were removed. */
export interface ScaleEvent {
  readonly atSeconds: number;
  readonly change: number;
}

/** How often the controller decides, unless its flags change it. */
export const syncPeriodSeconds = 15;
/** The maximum that Kubernetes allows for a stabilization window or the period of a policy. */
const memorySeconds = 3600;

export class HorizontalPodAutoscaler {
  private history: (ScaleEvent & { readonly proposed: number })[] = [];

  constructor(private readonly spec: AutoscalerSpec) {}

  /**
   * @param proposed replicas that the metric asks for
   * @returns the number of replicas from now on
   */
  decide(nowSeconds: number, current: number, proposed: number): number {
    this.history = this.history.filter(({ atSeconds }) => atSeconds > nowSeconds - memorySeconds);
    const desired = this.desired(nowSeconds, current, proposed);
    this.history.push({ atSeconds: nowSeconds, proposed, change: desired - current });
    return desired;
  }

  private desired(nowSeconds: number, current: number, proposed: number): number {
    const { minReplicas, maxReplicas, behavior } = this.spec;
    if (current > maxReplicas) return maxReplicas;
    if (current < minReplicas) return minReplicas;
    const wanted = this.stabilized(nowSeconds, current, proposed);
    if (wanted === current) return current;
    const direction = wanted > current ? 'scaleUp' : 'scaleDown';
    const limit = scaleLimit(direction, current, nowSeconds, this.history, behavior[direction]);
    return direction === 'scaleUp'
      ? Math.min(wanted, limit, maxReplicas)
      : Math.max(wanted, limit, minReplicas);
  }

  /** At most every recommendation of the window for up, at least every one of the window for down. */
  private stabilized(nowSeconds: number, current: number, proposed: number): number {
    const { scaleUp, scaleDown } = this.spec.behavior;
    const within = ({ stabilizationWindowSeconds }: ScalingRules): number[] =>
      this.history
        .filter(({ atSeconds }) => atSeconds > nowSeconds - stabilizationWindowSeconds)
        .map((decision) => decision.proposed);
    const min = Math.min(proposed, ...within(scaleUp));
    const max = Math.max(proposed, ...within(scaleDown));
    return Math.min(Math.max(current, min), max);
  }
}

/** The most or the fewest replicas that the policies allow after this decision. */
export function scaleLimit(
  direction: keyof AutoscalerSpec['behavior'],
  current: number,
  nowSeconds: number,
  events: readonly ScaleEvent[],
  { policies }: Pick<ScalingRules, 'policies'>,
): number {
  const sign = direction === 'scaleUp' ? 1 : -1;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    // What the period added and removed counts, so that frequent decisions get no more than a policy allows.
    const start = events
      .filter(({ atSeconds }) => atSeconds > nowSeconds - periodSeconds)
      .reduce((replicas, { change }) => replicas - change, current);
    return type === 'Pods' ? start + sign * value : start * (1 + (sign * value) / 100);
  });
  // Rounded up, so that a small percentage of few pods adds one.
  return direction === 'scaleUp'
    ? Math.ceil(Math.max(current, ...limits))
    : Math.trunc(Math.min(current, ...limits));
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
 * Replicas that the Resource metric `cpu` with a target of type `Utilization` asks for. Starting pods count as idle when
 * more pods are needed, and do not count when fewer are; if that reverses the direction, nothing changes.
 * @param pods counts, and the mean use of the ready ones in cores
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
