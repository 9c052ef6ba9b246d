/** Prints the tables of docs/autoscaling.md. */
import { textTable } from '../text-table.js';
import { type Assumptions, parseOptions, usage } from './assumptions.js';
import { type ChartScaling, readChart } from './chart.js';
import { capacity, moverPod } from './crashmover-day.js';
import { largest, p99, podSummary } from './pods.js';
import { crashmoverScenarios, ingestScenarios } from './scenarios.js';
import { aim, best, candidates, rate, type Rating, surgeAge } from './sweep.js';

const podColumns = ['min pods', 'max pods', 'pod-hours', 'scaled up', 'scaled down'] as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (!options) {
    process.stdout.write(usage);
    return 0;
  }
  const { assumptions } = options;
  const chart = await readChart(options.chart);
  const sections = [
    capacityLines(chart, assumptions),
    crashmoverTable(chart, assumptions),
    ingestTable(chart, assumptions),
    sweepTable(candidates.map((candidate) => rate(candidate, chart.crashmover, assumptions))),
    minimumsTable(chart, assumptions),
  ];
  process.stdout.write(`${sections.join('\n\n')}\n`);
  return 0;
}

function capacityLines({ crashmover, ingest }: ChartScaling, assumptions: Assumptions): string {
  const pod = moverPod(crashmover, assumptions);
  const planned = capacity({ ...pod, concurrency: crashmover.queueLength }).toFixed(0);
  return [
    `crashmover: ${crashmover.minReplicas} to ${crashmover.maxReplicas} pods, ` +
      `${crashmover.queueLength} messages each, with which a pod moves ${planned} reports/s ` +
      `of at most ${capacity(pod).toFixed(0)}`,
    `ingest: ${ingest.minReplicas} to ${ingest.maxReplicas} pods, ` +
      `${ingest.targetUtilization}% of ${ingest.pod.requestCores} cores each`,
  ].join('\n');
}

function crashmoverTable(chart: ChartScaling, assumptions: Assumptions): string {
  return textTable(
    ['crashmover', 'max age s', 'p99 age s', 'max depth', ...podColumns],
    crashmoverScenarios(chart, assumptions).map(({ name, timeline: { age, depth, pods } }) => {
      const ages = [largest(age).toFixed(1), p99(age).toFixed(1)];
      return [name].concat(ages, largest(depth).toFixed(0), podCells(pods));
    }),
  );
}

function ingestTable(chart: ChartScaling, assumptions: Assumptions): string {
  return textTable(
    ['ingest', 'max CPU', 'p99 CPU', ...podColumns],
    ingestScenarios(chart, assumptions).map(({ name, timeline: { load, pods } }) => {
      const loads = [percent(largest(load)), percent(p99(load))];
      return [name].concat(loads, podCells(pods));
    }),
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

function minimumsTable({ crashmover }: ChartScaling, assumptions: Assumptions): string {
  return textTable(
    ['minReplicas', 'ten times at once: max age s'],
    [1, 2, 3, 4].map((minReplicas) => [
      String(minReplicas),
      surgeAge({ ...crashmover, minReplicas }, assumptions).toFixed(1),
    ]),
  );
}

function podCells(pods: readonly number[]): string[] {
  const { minPods, maxPods, podHours, scaleUps, scaleDowns } = podSummary(pods);
  return [minPods, maxPods, podHours, scaleUps, scaleDowns].map((value) => value.toFixed(0));
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)}%`;
}
