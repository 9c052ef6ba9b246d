/** The days that are simulated with what the chart says. */
import { type Assumptions, crashmoverSurroundings, ingestSurroundings } from './assumptions.js';
import type { ChartScaling } from './chart.js';
import { crashmoverDay } from './crashmover-day.js';
import { ordinaryDay, surgeDay, timesAsMuch, wholeDay } from './day-of-load.js';
import { ingestDay } from './ingest-day.js';
import type { CpuTimeline, QueueTimeline } from './timeline.js';

/** The only values that a hundred times the load needs changed. */
export const hundredfold = { crashmoverMaxReplicas: 300, ingestMaxReplicas: 150 } as const;

export interface Scenario<T> {
  readonly name: string;
  readonly timeline: T;
}

export function crashmoverScenarios(
  chart: ChartScaling,
  assumptions: Assumptions,
): Scenario<QueueTimeline>[] {
  const scaling = chart.crashmover;
  const large = { ...scaling, maxReplicas: hundredfold.crashmoverMaxReplicas };
  const around = (other: Partial<Assumptions> = {}) =>
    crashmoverSurroundings(chart, { ...assumptions, ...other });
  const hundred = timesAsMuch(ordinaryDay, 100);
  const slots = scaling.pod.concurrency;
  return [
    { name: 'release', timeline: crashmoverDay(ordinaryDay, scaling, around()) },
    { name: 'ten times at once', timeline: crashmoverDay(surgeDay(10), scaling, around()) },
    { name: 'release x100', timeline: crashmoverDay(hundred, large, around()) },
    ...[50, 400].map((moverWaitMs) => ({
      name: `release x100, stores answer in ${moverWaitMs} ms`,
      timeline: crashmoverDay(hundred, large, around({ moverWaitMs })),
    })),
    {
      name: 'release x100, 50 ms and half as much CPU again',
      timeline: crashmoverDay(
        hundred,
        large,
        around({ moverWaitMs: 50, moverCpuMs: assumptions.moverCpuMs * 1.5 }),
      ),
    },
    {
      name: 'release x100, pods take 3 minutes to start',
      timeline: crashmoverDay(hundred, large, around({ podStartSeconds: 180 })),
    },
    {
      name: 'release x100, depth up to 3 minutes old',
      timeline: crashmoverDay(hundred, large, around({ depthLagSeconds: 180 })),
    },
    {
      name: 'release x100, messages in work not counted',
      timeline: crashmoverDay(hundred, { ...large, counts: 'waiting' }, around()),
    },
    {
      name: `release x100, ${6 * slots} messages a pod`,
      timeline: crashmoverDay(hundred, { ...large, queueLength: 6 * slots }, around(), wholeDay),
    },
  ];
}

export function ingestScenarios(
  chart: ChartScaling,
  assumptions: Assumptions,
): Scenario<CpuTimeline>[] {
  const surroundings = ingestSurroundings(chart, assumptions);
  const large = { ...chart.ingest, maxReplicas: hundredfold.ingestMaxReplicas };
  return [
    { name: 'release', timeline: ingestDay(ordinaryDay, chart.ingest, surroundings) },
    {
      name: 'release x100',
      timeline: ingestDay(timesAsMuch(ordinaryDay, 100), large, surroundings),
    },
  ];
}
