import type { Assumptions } from './options.js';
import type { QueueScaling } from './chart.js';
import {
  HorizontalPodAutoscaler,
  proposalForAverage,
  syncPeriodSeconds,
} from './horizontal-pod-autoscaler.js';
import {
  arrivals,
  type DayOfLoad,
  expectedRate,
  seededRandom,
  type Span,
  warmUpSeconds,
  wholeDay,
} from './load.js';
import { PodGroup } from './pods.js';

/** One value for each second. */
export interface QueueTimeline {
  /** Pods, including those that are starting. */
  readonly pods: number[];
  /** Crashes of the queue, in flight or waiting. */
  readonly depth: number[];
  /** Age of the oldest unfinished message, in seconds. */
  readonly age: number[];
}

/** Simulates crashmover behind its queue, second by second, scaled by the messages of that queue. */
export function crashmoverDay(
  load: DayOfLoad,
  scaling: QueueScaling,
  assumptions: Assumptions,
  { fromSeconds, toSeconds }: Span = wholeDay,
): QueueTimeline {
  const random = seededRandom(assumptions.seed);
  const autoscaler = new HorizontalPodAutoscaler(scaling);
  const pods = new PodGroup(scaling.minReplicas, assumptions.podStart);
  const pod = moverPod(scaling, assumptions);
  const podCapacity = capacity(pod);
  const messages = new WaitingMessages();
  const depths: number[] = [];
  const timeline: QueueTimeline = { pods: [], depth: [], age: [] };
  for (let now = fromSeconds - warmUpSeconds; now < toSeconds; now += 1) {
    const working = pods.working(now);
    messages.add(now, arrivals(load, now, random));
    const moved = messages.take(working * podCapacity);
    const waiting = messages.count;
    const perPod = waiting > 0 ? pod.concurrency : inFlight(pod, moved / Math.max(1, working));
    const depth = waiting + working * perPod;
    const crashes = scaling.counts === 'waiting' ? waiting : depth;
    depths.push(crashes / crashesPerMessage(expectedRate(load, now), assumptions));
    if (now >= fromSeconds) {
      timeline.pods.push(pods.count);
      timeline.depth.push(depth);
      const handlingSeconds = moved === 0 ? 0 : (working * perPod) / moved;
      timeline.age.push(messages.oldestAge(now + 1) + handlingSeconds);
    }
    if (now % syncPeriodSeconds !== 0) continue;
    // SQS counts approximately: each reading is from a random moment within the lag.
    const lag = Math.floor(random() * (assumptions.depthLag + 1));
    const read = depths[Math.max(0, depths.length - 1 - lag)] ?? 0;
    const proposed = proposalForAverage(read, scaling.queueLength, pods.count);
    pods.scaleTo(autoscaler.decide(now, pods.count, proposed), now);
  }
  return timeline;
}

const minIngestPods = 3;
/** Of a core: 60 percent of the request of 500m. */
const ingestCores = 0.3;

/**
 * A message has the reports that one pod of ingest receives while the first one lingers, which it does if another one
 * arrived shortly before it.
 * @param rate reports per second of all pods
 */
export function crashesPerMessage(rate: number, { linger, batch, ingestCpu }: Assumptions): number {
  const pods = Math.max(minIngestPods, (rate * ingestCpu) / 1000 / ingestCores);
  const perLinger = ((rate / pods) * linger) / 1000;
  const shareThatLingers = 1 - Math.exp(-perLinger);
  return Math.min(batch, 1 + shareThatLingers * perLinger);
}

/** What limits the speed of one pod. */
export interface MoverPod {
  /** Crashes that it moves at the same time (`CONCURRENCY`). */
  readonly concurrency: number;
  readonly cores: number;
  /** CPU time of one report. */
  readonly cpuSeconds: number;
  /** Time that one report waits for stores and queues. */
  readonly waitSeconds: number;
}

export function moverPod({ pod }: QueueScaling, assumptions: Assumptions): MoverPod {
  return {
    concurrency: pod.concurrency,
    cores: pod.usableCores,
    cpuSeconds: assumptions.moverCpu / 1000,
    waitSeconds: assumptions.moverWait / 1000,
  };
}

/**
 * Reports in flight at a rate below the capacity: those that wait, by Little's law, and those that share the CPU
 * (a queue with processor sharing).
 * @param rate reports per second of this pod
 */
export function inFlight(pod: MoverPod, rate: number): number {
  const load = (rate * pod.cpuSeconds) / pod.cores;
  if (load >= 1) return pod.concurrency;
  return Math.min(pod.concurrency, rate * pod.waitSeconds + load / (1 - load));
}

/** Reports per second at which all its slots are in use: the smaller root of `inFlight(rate) = concurrency`. */
export function capacity({ concurrency, cpuSeconds, waitSeconds, cores }: MoverPod): number {
  const busy = cpuSeconds / cores;
  const a = waitSeconds * busy;
  const b = waitSeconds + busy + concurrency * busy;
  if (a === 0) return concurrency / b;
  return (b - Math.sqrt(b * b - 4 * a * concurrency)) / (2 * a);
}

/** Messages that no worker has received yet, as counts by second of arrival, oldest first. */
export class WaitingMessages {
  private readonly arrivals: { readonly atSeconds: number; count: number }[] = [];
  count = 0;

  add(atSeconds: number, count: number): void {
    if (count > 0) this.arrivals.push({ atSeconds, count });
    this.count += count;
  }

  /** Takes up to this many, oldest first. */
  take(count: number): number {
    const taken = Math.min(count, this.count);
    let left = taken;
    for (let [oldest] = this.arrivals; left > 0 && oldest; [oldest] = this.arrivals) {
      const part = Math.min(left, oldest.count);
      oldest.count -= part;
      left -= part;
      if (oldest.count <= 0) this.arrivals.shift();
    }
    this.count = Math.max(0, this.count - taken);
    return taken;
  }

  /** Seconds that the oldest message has waited; 0 if there is none. */
  oldestAge(nowSeconds: number): number {
    return this.count > 0 ? nowSeconds - (this.arrivals[0]?.atSeconds ?? nowSeconds) : 0;
  }
}
