/** What is measured or assumed, with its source; the rest is read from the chart. */
import type { ChartScaling } from './chart.js';
import type { CrashmoverSurroundings } from './crashmover-day.js';
import type { IngestSurroundings } from './ingest-day.js';

export interface Assumptions {
  /** CPU of crashmover for a report of 600 KiB on S3 and SQS, in milliseconds; measured (docs/autoscaling.md). */
  readonly moverCpuMs: number;
  /** How long one report waits for S3 and SQS all in all, in milliseconds: seven calls, six of them one after the other. */
  readonly moverWaitMs: number;
  /** CPU of ingest for such a report, shipping included, in milliseconds; measured (docs/autoscaling.md). */
  readonly ingestCpuMs: number;
  /** From the decision until a new pod works: scheduling, image, start. Longer where a node must be added first. */
  readonly podStartSeconds: number;
  /** SQS says that its counts may take a minute to become exact. */
  readonly depthLagSeconds: number;
  readonly seed: number;
}

export const defaults: Assumptions = {
  moverCpuMs: 8,
  moverWaitMs: 200,
  ingestCpuMs: 6.5,
  podStartSeconds: 60,
  depthLagSeconds: 60,
  seed: 1,
};

/** A process of Node.js does little more than one core's work, whatever its limit. */
const coresOfAProcess = 1;

export function crashmoverSurroundings(
  { crashmover }: ChartScaling,
  assumptions: Assumptions,
): CrashmoverSurroundings {
  const { moverCpuMs, moverWaitMs, podStartSeconds, depthLagSeconds, seed } = assumptions;
  return {
    pod: {
      concurrency: crashmover.pod.concurrency,
      cpuSeconds: moverCpuMs / 1000,
      waitSeconds: moverWaitMs / 1000,
      cores: Math.min(coresOfAProcess, crashmover.pod.limitCores),
    },
    podStartSeconds,
    depthLagSeconds,
    // KEDA asks SQS each time that the autoscaler asks, unless `useCachedMetrics` is set.
    readingKeptSeconds: 0,
    seed,
  };
}

export function ingestSurroundings(
  { ingest }: ChartScaling,
  { ingestCpuMs, podStartSeconds, seed }: Assumptions,
): IngestSurroundings {
  const { requestCores, limitCores } = ingest.pod;
  return {
    pod: {
      requestCores,
      cores: Math.min(coresOfAProcess, limitCores),
      cpuSeconds: ingestCpuMs / 1000,
    },
    podStartSeconds,
    seed,
  };
}
