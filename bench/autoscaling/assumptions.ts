import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What is measured or assumed, with sources in docs/autoscaling.md; the rest is read from the chart. */
export interface Assumptions {
  /** CPU of crashmover for a report of 600 KiB on S3 and SQS, in milliseconds. */
  readonly moverCpuMs: number;
  /** Time that a report waits for S3 and SQS, in milliseconds: seven calls, six of them in sequence. */
  readonly moverWaitMs: number;
  /** CPU of ingest for such a report, shipping included, in milliseconds. */
  readonly ingestCpuMs: number;
  /** From the decision until a new pod works: scheduling, image, start. More where a node must be added first. */
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

const numberOptions: Readonly<Record<string, { name: keyof Assumptions; help: string }>> = {
  'mover-cpu': { name: 'moverCpuMs', help: 'CPU of crashmover per report, in milliseconds' },
  'mover-wait': { name: 'moverWaitMs', help: 'S3 and SQS latency per report, in milliseconds' },
  'ingest-cpu': { name: 'ingestCpuMs', help: 'CPU of ingest per report, shipping included' },
  'pod-start': { name: 'podStartSeconds', help: 'seconds until a new pod works' },
  'depth-lag': { name: 'depthLagSeconds', help: 'maximum age of the queue depth, in seconds' },
  seed: { name: 'seed', help: 'seed of the random numbers' },
};

export const usage = `Simulates days of load with the chart's autoscaling and prints the pods and the age of messages.

Usage: node dist/bench/autoscaling/main.js [options]

  --chart DIR     chart to read (default: charts/antenna)
${Object.entries(numberOptions)
  .map(
    ([option, { name, help }]) =>
      `  ${`--${option} N`.padEnd(16)}${help} (default: ${defaults[name]})`,
  )
  .join('\n')}
  --help          show this help
`;

/**
 * @returns undefined for `--help`.
 * @throws TypeError when an option is unknown, lacks its value, or must be a number and is not.
 */
export function parseOptions(
  args: readonly string[],
): { readonly assumptions: Assumptions; readonly chart: string } | undefined {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(Object.keys(numberOptions).map((option) => [option, string])),
      chart: { type: 'string', default: 'charts/antenna' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const given = Object.entries(values).flatMap(([option, value]) => {
    const name = numberOptions[option]?.name;
    return name === undefined ? [] : [[name, positive(option, String(value))] as const];
  });
  return {
    assumptions: { ...defaults, ...Object.fromEntries(given) },
    chart: resolve(values.chart),
  };
}

function positive(option: string, string: string): number {
  const value = Number(string);
  if (string.trim() === '' || !(value > 0) || !Number.isFinite(value))
    throw new TypeError(`--${option} must be a number above 0, not ${string}`);
  return value;
}
