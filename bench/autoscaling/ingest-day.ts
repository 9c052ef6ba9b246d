import type { Assumptions } from './options.js';
import type { CpuScaling } from './chart.js';
import {
  HorizontalPodAutoscaler,
  proposalForUtilization,
  syncPeriodSeconds,
} from './horizontal-pod-autoscaler.js';
import { arrivals, type DayOfLoad, seededRandom, warmUpSeconds, wholeDay } from './load.js';
import { PodGroup } from './pods.js';

/** One value for each second. */
export interface CpuTimeline {
  readonly pods: number[];
  /** CPU that the reports need, relative to what the working pods can use: above 1, answers are late. */
  readonly load: number[];
}

/** metrics-server reports the mean of a window that ended some time ago. */
const metricWindowSeconds = 30;
const metricAgeSeconds = 15;

/** Simulates a day of ingest, second by second, scaled by the CPU that its pods use. */
export function ingestDay(
  load: DayOfLoad,
  scaling: CpuScaling,
  { ingestCpu, podStart, seed }: Assumptions,
): CpuTimeline {
  const { pod, targetUtilization } = scaling;
  const random = seededRandom(seed);
  const autoscaler = new HorizontalPodAutoscaler(scaling);
  const pods = new PodGroup(scaling.minReplicas, podStart);
  const timeline: CpuTimeline = { pods: [], load: [] };
  const usages: number[] = [];
  for (let now = -warmUpSeconds; now < wholeDay.toSeconds; now += 1) {
    const cpuSeconds = arrivals(load, now, random) * (ingestCpu / 1000);
    const needed = cpuSeconds / Math.max(1, pods.working(now));
    usages.push(Math.min(pod.usableCores, needed));
    if (now >= 0) {
      timeline.pods.push(pods.count);
      timeline.load.push(needed / pod.usableCores);
    }
    if (now % syncPeriodSeconds !== 0) continue;
    const ready = pods.working(now, metricWindowSeconds + metricAgeSeconds);
    const measured = usages.slice(-metricWindowSeconds - metricAgeSeconds, -metricAgeSeconds);
    const sum = measured.reduce((total, usage) => total + usage, 0);
    const meanCores = sum / Math.max(1, measured.length);
    const observed = { ready, starting: pods.count - ready, meanCores };
    const proposed = proposalForUtilization(observed, pod.requestCores, targetUtilization);
    pods.scaleTo(autoscaler.decide(now, pods.count, proposed), now);
  }
  return timeline;
}
