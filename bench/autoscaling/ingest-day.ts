/** A day of ingest, second by second, scaled by the CPU that its pods use. */
import { arrivals, type DayOfLoad, daySeconds, warmUpSeconds } from './day-of-load.js';
import {
  type AutoscalerSpec,
  HorizontalPodAutoscaler,
  syncPeriodSeconds,
} from './horizontal-pod-autoscaler.js';
import { proposalForUtilization } from './metric-proposals.js';
import { PodGroup } from './pod-group.js';
import { seededRandom } from './random.js';
import type { CpuTimeline } from './timeline.js';

export interface CpuScaling extends AutoscalerSpec {
  /** Percent of the request that the autoscaler aims at. */
  readonly targetUtilization: number;
}

export interface IngestPod {
  readonly requestCores: number;
  /** What it may use when the node has it to spare. */
  readonly cores: number;
  /** CPU time of one report, in seconds, from its first byte to its being shipped. */
  readonly cpuSeconds: number;
}

export interface IngestSurroundings {
  readonly pod: IngestPod;
  readonly podStartSeconds: number;
  readonly seed: number;
}

/** What metrics-server tells is the mean of such a window, and was read this long ago. */
const metricWindowSeconds = 30;
const metricAgeSeconds = 15;

export function ingestDay(
  load: DayOfLoad,
  scaling: CpuScaling,
  { pod, podStartSeconds, seed }: IngestSurroundings,
): CpuTimeline {
  const random = seededRandom(seed);
  const autoscaler = new HorizontalPodAutoscaler(scaling);
  const pods = new PodGroup(scaling.minReplicas, podStartSeconds);
  const timeline: CpuTimeline = { rate: [], pods: [], load: [] };
  const usages: number[] = [];
  for (let now = -warmUpSeconds; now < daySeconds; now += 1) {
    const arrived = arrivals(load, now, random);
    const needed = (arrived * pod.cpuSeconds) / Math.max(1, pods.working(now));
    usages.push(Math.min(pod.cores, needed));
    if (now >= 0) {
      timeline.rate.push(arrived);
      timeline.pods.push(pods.count);
      timeline.load.push(needed / pod.cores);
    }
    if (now % syncPeriodSeconds !== 0) continue;
    const measured = pods.working(now, metricWindowSeconds + metricAgeSeconds);
    const usage = mean(usages.slice(-metricWindowSeconds - metricAgeSeconds, -metricAgeSeconds));
    const observed = {
      usages: Array.from({ length: measured }, () => usage),
      unready: pods.count - measured,
      missing: 0,
    };
    const wish = proposalForUtilization(observed, pod.requestCores, scaling.targetUtilization);
    pods.scaleTo(autoscaler.decide(now, pods.count, [wish]), now);
  }
  return timeline;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
