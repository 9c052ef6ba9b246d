import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { type Assumptions, defaults } from './assumptions.js';

export interface Options {
  readonly assumptions: Assumptions;
  readonly chart: string;
  /** Where figures are written; undefined for nowhere. */
  readonly svgDirectory: string | undefined;
}

export const usage = `Simulates a day of load under the chart's autoscaling and prints what became of pods and messages.

Usage: node dist/bench/autoscaling/main.js [options]

  --chart DIR       the chart to read (default: charts/antenna)
  --write-svg DIR   write the figures of docs/autoscaling.md to this folder
  --mover-cpu MS    CPU of crashmover for a report (default: ${defaults.moverCpuMs})
  --mover-wait MS   time that a report waits for stores and queues (default: ${defaults.moverWaitMs})
  --ingest-cpu MS   CPU of ingest for a report, shipping included (default: ${defaults.ingestCpuMs})
  --pod-start S     seconds until a new pod works (default: ${defaults.podStartSeconds})
  --depth-lag S     how old the depth of the queue may be (default: ${defaults.depthLagSeconds})
  --seed N          of the random numbers (default: ${defaults.seed})
  --help            show this
`;

const numbers = {
  'mover-cpu': 'moverCpuMs',
  'mover-wait': 'moverWaitMs',
  'ingest-cpu': 'ingestCpuMs',
  'pod-start': 'podStartSeconds',
  'depth-lag': 'depthLagSeconds',
  seed: 'seed',
} as const satisfies Record<string, keyof Assumptions>;

/**
 * @returns undefined when help was asked for.
 * @throws TypeError when an option is unknown, lacks its value, or is no number where one is due.
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      chart: { type: 'string', default: 'charts/antenna' },
      'write-svg': { type: 'string' },
      ...numberOptions,
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const given = Object.entries(numbers).flatMap(([option, name]) => {
    const text = values[option as keyof typeof numbers];
    return text === undefined ? [] : [[name, positive(option, text)] as const];
  });
  const svg = values['write-svg'];
  return {
    assumptions: { ...defaults, ...Object.fromEntries(given) },
    chart: resolve(values.chart),
    svgDirectory: svg === undefined ? undefined : resolve(svg),
  };
}

const text = { type: 'string' } as const;
const numberOptions = {
  'mover-cpu': text,
  'mover-wait': text,
  'ingest-cpu': text,
  'pod-start': text,
  'depth-lag': text,
  seed: text,
};

function positive(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value))
    throw new TypeError(`--${option} must be a number above 0, not ${text}`);
  return value;
}
