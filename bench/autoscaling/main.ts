/** Prints the tables of docs/autoscaling.md. */
import { textTable } from '../text-table.js';
import { type ChartScaling, type QueueScaling, readChart } from './chart.js';
import { capacity, crashmoverDay, moverPod } from './crashmover-day.js';
import { ingestDay } from './ingest-day.js';
import { type DayOfLoad, hundredfold, multiply, ordinaryDay, surgeDay } from './load.js';
import { type Assumptions, optionsCommand } from './options.js';
import { largest, p99, podSummary } from './pods.js';
import { aim, best, candidates, rate, type Rating, surgeAge } from './sweep.js';

const { chart: directory, ...assumptions } = optionsCommand()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Assumptions & { readonly chart: string }>();
const chart = await readChart(directory);
const podColumns = ['min pods', 'max pods', 'pod-hours', 'scaled up', 'scaled down'];
const tables = [
  capacityLines(chart),
  crashmoverTable(chart),
  ingestTable(chart),
  sweepTable(candidates.map((candidate) => rate(candidate, chart.crashmover, assumptions))),
  minimumsTable(chart),
];
process.stdout.write(`${tables.join('\n\n')}\n`);

function capacityLines({ crashmover, ingest }: ChartScaling): string {
  const pod = moverPod(crashmover, assumptions);
  const crashes = crashmover.queueLength * assumptions.batch;
  const planned = capacity({ ...pod, concurrency: crashes }).toFixed(0);
  return [
    `crashmover: ${crashmover.minReplicas} to ${crashmover.maxReplicas} pods, ` +
      `${crashmover.queueLength} messages of ${assumptions.batch} crashes each, with which a pod moves ${planned} reports/s ` +
      `of at most ${capacity(pod).toFixed(0)}`,
    `ingest: ${ingest.minReplicas} to ${ingest.maxReplicas} pods, ` +
      `${ingest.targetUtilization}% of ${ingest.pod.requestCores} cores each`,
  ].join('\n');
}

function crashmoverTable({ crashmover }: ChartScaling): string {
  const row = (
    name: string,
    load: DayOfLoad,
    changes: Partial<Assumptions> = {},
    scaling: Partial<QueueScaling> = {},
  ): string[] => {
    const { age, depth, pods } = crashmoverDay(
      load,
      { ...crashmover, ...scaling },
      { ...assumptions, ...changes },
    );
    const ages = [largest(age).toFixed(1), p99(age).toFixed(1)];
    return [name, ...ages, largest(depth).toFixed(0), ...podCells(pods)];
  };
  const hundred = (
    variation: string,
    changes: Partial<Assumptions> = {},
    scaling: Partial<QueueScaling> = {},
  ): string[] =>
    row(`release x100${variation}`, multiply(ordinaryDay, 100), changes, {
      maxReplicas: hundredfold.crashmoverMaxReplicas,
      ...scaling,
    });
  const queueLength = crashmover.pod.concurrency;
  const moreCpu = { moverWait: 50, moverCpu: assumptions.moverCpu * 1.5 };
  return textTable(
    ['crashmover', 'max age s', 'p99 age s', 'max depth', ...podColumns],
    [
      row('release', ordinaryDay),
      row('ten times at once', surgeDay(10)),
      hundred(''),
      hundred(', stores answer in 50 ms', { moverWait: 50 }),
      hundred(', stores answer in 400 ms', { moverWait: 400 }),
      hundred(', 50 ms and half as much CPU again', moreCpu),
      hundred(', pods take 3 minutes to start', { podStart: 180 }),
      hundred(', depth up to 3 minutes old', { depthLag: 180 }),
      hundred(', messages in flight not counted', {}, { counts: 'waiting' }),
      hundred(`, ${queueLength} messages per pod`, {}, { queueLength }),
    ],
  );
}

function ingestTable({ ingest }: ChartScaling): string {
  const row = (name: string, day: DayOfLoad, maxReplicas = ingest.maxReplicas): string[] => {
    const { load, pods } = ingestDay(day, { ...ingest, maxReplicas }, assumptions);
    return [name, percent(largest(load)), percent(p99(load)), ...podCells(pods)];
  };
  return textTable(
    ['ingest', 'max CPU', 'p99 CPU', ...podColumns],
    [
      row('release', ordinaryDay),
      row('release x100', multiply(ordinaryDay, 100), hundredfold.ingestMaxReplicas),
    ],
  );
}

function sweepTable(ratings: readonly Rating[]): string {
  const cheapest = best(ratings);
  const verdict = (rating: Rating): string => {
    if (rating === cheapest) return 'cheapest';
    if (Math.max(rating.releaseAge, rating.surgeAge) >= aim.ageSeconds) return 'too old';
    return rating.changes > aim.changes ? 'restless' : '';
  };
  const ages = ['release: max age s', 'surge: max age s'];
  return textTable(
    ['queueLength', 'scale up by', ...ages, 'changes', 'pod-hours', ''],
    ratings.map((rating) => [
      String(rating.queueLength),
      rating.scaleUp,
      rating.releaseAge.toFixed(1),
      rating.surgeAge.toFixed(1),
      String(rating.changes),
      rating.podHours.toFixed(0),
      verdict(rating),
    ]),
  );
}

function minimumsTable({ crashmover }: ChartScaling): string {
  return textTable(
    ['minReplicas', 'ten times at once: max age s'],
    [1, 2, 3, 4].map((minReplicas) => [
      String(minReplicas),
      surgeAge({ ...crashmover, minReplicas }, assumptions).toFixed(1),
    ]),
  );
}

function podCells(pods: readonly number[]): string[] {
  return Object.values(podSummary(pods)).map((value: number) => value.toFixed(0));
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)}%`;
}
