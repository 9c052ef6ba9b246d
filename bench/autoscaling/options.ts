import { Command, InvalidArgumentError } from 'commander';

import { IngestConfig } from '../../apps/ingest/src/ingest.config.js';

/** Measured or assumed values, with sources in docs/autoscaling.md. The rest is read from the chart. */
export interface Assumptions {
  /** CPU of crashmover for a report of 600 KiB on S3 and SQS, in milliseconds. */
  readonly moverCpu: number;
  /** Time that a report waits for S3 and SQS, in milliseconds: seven calls, six of them in sequence. */
  readonly moverWait: number;
  /** CPU of ingest for such a report, including shipping, in milliseconds. */
  readonly ingestCpu: number;
  /** Seconds from the decision until a new pod works: scheduling, image, start. More if a node must be added first. */
  readonly podStart: number;
  /** Maximum age of the queue depth, in seconds. SQS counts can take a minute to become exact. */
  readonly depthLag: number;
  /** `SHIP_LINGER` of ingest, in milliseconds. */
  readonly linger: number;
  /** `SHIP_BATCH_COUNT` of ingest. */
  readonly batch: number;
  readonly seed: number;
}

const ingest = new IngestConfig();

export function optionsCommand(): Command {
  return new Command('node dist/bench/autoscaling/main.js')
    .description("Simulate days of load with the chart's autoscaling; print pods and message ages.")
    .option('--chart <directory>', 'chart to read', 'charts/antenna')
    .option('--mover-cpu <ms>', 'CPU of crashmover per report', positive, 8)
    .option('--mover-wait <ms>', 'S3 and SQS latency per report', positive, 200)
    .option('--ingest-cpu <ms>', 'CPU of ingest per report, including shipping', positive, 6.5)
    .option('--pod-start <seconds>', 'time until a new pod works', positive, 60)
    .option('--depth-lag <seconds>', 'maximum age of the queue depth', positive, 60)
    .option('--linger <ms>', 'SHIP_LINGER of ingest', positive, ingest.shipLingerMs)
    .option('--batch <count>', 'SHIP_BATCH_COUNT of ingest', positive, ingest.shipBatchCount)
    .option('--seed <number>', 'seed of the random numbers', positive, 1);
}

function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0) || !Number.isFinite(number))
    throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}
