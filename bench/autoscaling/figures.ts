/** The figures of docs/autoscaling.md. */
import { aim } from './sweep.js';
import { type Figure } from './svg-figure.js';
import type { Panel } from './svg-panel.js';
import {
  type CpuTimeline,
  extremes,
  podSummary,
  type QueueTimeline,
  type Timeline,
} from './timeline.js';

export function crashmoverFigure(title: string, timeline: QueueTimeline): Figure {
  const { minPods, maxPods } = podSummary(timeline);
  const age = extremes(timeline.age).max.toFixed(1);
  const depth = extremes(timeline.depth).max.toFixed(0);
  return {
    title,
    description:
      `Four curves over a day from midnight to midnight. ${rateWords(timeline)} Pods of crashmover ` +
      `follow, between ${minPods} and ${maxPods}. At most ${depth} messages are in the queue, ` +
      `and the oldest of them is never older than ${age} seconds.`,
    panels: [
      ...loadPanels(timeline),
      { title: 'Messages in the intake queue', unit: '', values: timeline.depth, line: 'slopes' },
      {
        title: 'Age of the oldest message',
        unit: ' s',
        values: timeline.age,
        line: 'slopes',
        limit: { value: aim.ageSeconds, label: 'a minute' },
      },
    ],
  };
}

export function ingestFigure(title: string, timeline: CpuTimeline): Figure {
  const { minPods, maxPods } = podSummary(timeline);
  const most = (extremes(timeline.load).max * 100).toFixed(0);
  return {
    title,
    description:
      `Three curves over a day from midnight to midnight. ${rateWords(timeline)} Pods of ingest ` +
      `follow, between ${minPods} and ${maxPods}. They never need more than ${most} percent of ` +
      'the CPU that they may use.',
    panels: [
      ...loadPanels(timeline),
      {
        title: 'CPU needed, in percent of what the pods may use',
        unit: '%',
        values: timeline.load.map((part) => part * 100),
        line: 'slopes',
        limit: { value: 100, label: 'answers come late' },
      },
    ],
  };
}

function loadPanels({ rate, pods }: Timeline): Panel[] {
  return [
    { title: 'Reports a second', unit: '', values: rate, line: 'slopes' },
    { title: 'Pods', unit: '', values: pods, line: 'steps' },
  ];
}

function rateWords({ rate }: Timeline): string {
  const most = extremes(rate).max.toFixed(0);
  return `Reports rise gently to the afternoon, leap up at three o'clock to ${most} a second, and ebb.`;
}
