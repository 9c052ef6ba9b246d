import type { Assumptions } from './assumptions.js';
import type { ChartScaling, QueueScaling } from './chart.js';
import { crashmoverDay, type QueueTimeline } from './crashmover-day.js';
import { type CpuTimeline, ingestDay } from './ingest-day.js';
import { type DayOfLoad, multiply, ordinaryDay, surgeDay } from './load.js';

/** The only values that a hundred times the load needs changed. */
export const hundredfold = { crashmoverMaxReplicas: 300, ingestMaxReplicas: 150 } as const;

export interface Scenario<T> {
  readonly name: string;
  readonly timeline: T;
}

export function crashmoverScenarios(
  { crashmover }: ChartScaling,
  assumptions: Assumptions,
): Scenario<QueueTimeline>[] {
  const { moverCpuMs } = assumptions;
  const day = (name: string, load: DayOfLoad, scaling = crashmover): Scenario<QueueTimeline> => ({
    name,
    timeline: crashmoverDay(load, scaling, assumptions),
  });
  const hundred = (
    variation: string,
    changes: Partial<Assumptions>,
    scaling: Partial<QueueScaling> = {},
  ): Scenario<QueueTimeline> => ({
    name: `release x100${variation}`,
    timeline: crashmoverDay(
      multiply(ordinaryDay, 100),
      { ...crashmover, maxReplicas: hundredfold.crashmoverMaxReplicas, ...scaling },
      { ...assumptions, ...changes },
    ),
  });
  const queueLength = 6 * crashmover.pod.concurrency;
  return [
    day('release', ordinaryDay),
    day('ten times at once', surgeDay(10)),
    hundred('', {}),
    hundred(', stores answer in 50 ms', { moverWaitMs: 50 }),
    hundred(', stores answer in 400 ms', { moverWaitMs: 400 }),
    hundred(', 50 ms and half as much CPU again', {
      moverWaitMs: 50,
      moverCpuMs: moverCpuMs * 1.5,
    }),
    hundred(', pods take 3 minutes to start', { podStartSeconds: 180 }),
    hundred(', depth up to 3 minutes old', { depthLagSeconds: 180 }),
    hundred(', messages in flight not counted', {}, { counts: 'waiting' }),
    hundred(`, ${queueLength} messages per pod`, {}, { queueLength }),
  ];
}

export function ingestScenarios(
  { ingest }: ChartScaling,
  assumptions: Assumptions,
): Scenario<CpuTimeline>[] {
  const large = { ...ingest, maxReplicas: hundredfold.ingestMaxReplicas };
  return [
    { name: 'release', timeline: ingestDay(ordinaryDay, ingest, assumptions) },
    {
      name: 'release x100',
      timeline: ingestDay(multiply(ordinaryDay, 100), large, assumptions),
    },
  ];
}
