/** The tables that docs/autoscaling.md shows. */
import { textTable } from '../text-table.js';
import type { ChartScaling } from './chart.js';
import { capacity } from './mover-capacity.js';
import type { CrashmoverSurroundings } from './crashmover-day.js';
import type { Scenario } from './scenarios.js';
import { aim, best, type Rating } from './sweep.js';
import {
  type CpuTimeline,
  extremes,
  podSummary,
  type QueueTimeline,
  type Timeline,
} from './timeline.js';

export function capacityText(
  { crashmover, ingest }: ChartScaling,
  { pod }: CrashmoverSurroundings,
): string {
  const asPlanned = capacity({ ...pod, concurrency: crashmover.queueLength });
  return [
    `crashmover: ${crashmover.minReplicas} to ${crashmover.maxReplicas} pods, ` +
      `${crashmover.queueLength} messages each, with which a pod moves ${asPlanned.toFixed(0)} reports/s ` +
      `of at most ${capacity(pod).toFixed(0)}`,
    `ingest: ${ingest.minReplicas} to ${ingest.maxReplicas} pods, ` +
      `${ingest.targetUtilization}% of ${ingest.pod.requestCores} cores each`,
  ].join('\n');
}

export function crashmoverTable(scenarios: readonly Scenario<QueueTimeline>[]): string {
  return textTable(
    ['crashmover', 'max age s', 'p99 age s', 'max depth', ...podColumns],
    scenarios.map(({ name, timeline }) => {
      const age = extremes(timeline.age);
      const depth = extremes(timeline.depth);
      return [
        name,
        seconds(age.max),
        seconds(age.p99),
        depth.max.toFixed(0),
        ...podCells(timeline),
      ];
    }),
  );
}

export function ingestTable(scenarios: readonly Scenario<CpuTimeline>[]): string {
  return textTable(
    ['ingest', 'max CPU', 'p99 CPU', ...podColumns],
    scenarios.map(({ name, timeline }) => {
      const load = extremes(timeline.load);
      return [name, percent(load.max), percent(load.p99), ...podCells(timeline)];
    }),
  );
}

export function sweepTable(ratings: readonly Rating[]): string {
  const chosen = best(ratings);
  return textTable(
    [
      'queueLength',
      'scale up by',
      'release: max age s',
      'surge: max age s',
      'changes',
      'pod-hours',
      '',
    ],
    ratings.map((rating) => [
      String(rating.queueLength),
      rating.scaleUp,
      seconds(rating.releaseAge),
      seconds(rating.surgeAge),
      String(rating.changes),
      rating.podHours.toFixed(0),
      rating === chosen ? 'cheapest' : verdict(rating),
    ]),
  );
}

export function minimumsTable(
  ages: readonly { readonly minReplicas: number; readonly age: number }[],
): string {
  return textTable(
    ['minReplicas', 'ten times at once: max age s'],
    ages.map(({ minReplicas, age }) => [String(minReplicas), seconds(age)]),
  );
}

const podColumns = ['min pods', 'max pods', 'pod-hours', 'scaled up', 'scaled down'] as const;

function podCells(timeline: Timeline): string[] {
  const { minPods, maxPods, podHours, scaleUps, scaleDowns } = podSummary(timeline);
  return [minPods, maxPods, podHours, scaleUps, scaleDowns].map((value) => value.toFixed(0));
}

function verdict({ releaseAge, surgeAge, changes }: Rating): string {
  if (Math.max(releaseAge, surgeAge) >= aim.ageSeconds) return 'too old';
  return changes > aim.changes ? 'restless' : '';
}

function seconds(value: number): string {
  return value.toFixed(1);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(0)}%`;
}
