/** What one crashmover pod does: how many reports it has in work at which rate, and how many it can take. */
export interface MoverPod {
  /** Crashes that it moves at the same time (`CONCURRENCY`). */
  readonly concurrency: number;
  /** CPU time of one report, in seconds. */
  readonly cpuSeconds: number;
  /** Time in which one report only waits for stores and queues, in seconds. */
  readonly waitSeconds: number;
  /** What it may use of the CPU. */
  readonly cores: number;
}

/**
 * Reports in work at a rate below the capacity: those that wait, by Little's law, and those that share the CPU
 * (a queue with processor sharing).
 * @param rate reports a second of this pod
 */
export function inWork(pod: MoverPod, rate: number): number {
  const load = (rate * pod.cpuSeconds) / pod.cores;
  if (load >= 1) return pod.concurrency;
  return Math.min(pod.concurrency, rate * pod.waitSeconds + load / (1 - load));
}

/** Reports a second at which all its slots are taken: the smaller root of `inWork(rate) = concurrency`. */
export function capacity({ concurrency, cpuSeconds, waitSeconds, cores }: MoverPod): number {
  const busy = cpuSeconds / cores;
  const a = waitSeconds * busy;
  const b = waitSeconds + busy + concurrency * busy;
  if (a === 0) return concurrency / b;
  return (b - Math.sqrt(b * b - 4 * a * concurrency)) / (2 * a);
}
