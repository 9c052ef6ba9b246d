/** What a report costs, and how long it takes, from its request until its id is published: all processes together. */
import { setTimeout as sleep } from 'node:timers/promises';

import { runLoad } from '../load/load.js';
import type { RequestName } from '../load/request-files.js';
import { type CallKinds, callKinds } from '../servers/aws-operation.js';
import { callsPerReport } from '../servers/aws-stand-in.js';
import { type Backend, type PeakRss, Pipeline } from '../servers/pipeline.js';
import { percentile } from '../statistics.js';
import type { MeasurementContext } from './context.js';

/** `full`: as many as ten connections can send. `half`: half the rate that was stored then. Numbers: reports a second. */
export type PathLoad = 'full' | 'half' | number;

export interface PathRun {
  readonly backend: Backend;
  readonly ingests: number;
  readonly request: RequestName;
  readonly load: PathLoad;
  readonly reports: number;
  /** From the first byte of the first request until the last report is published. */
  readonly reportsPerSecond: number;
  readonly cpuMsPerReport: number;
  /** From the time at which a request was due until its report is published. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly callsPerReport: CallKinds;
  readonly peakRssBytes: PeakRss;
}

interface Step {
  readonly load: PathLoad;
  readonly request: RequestName;
  readonly ms: number;
}

/** Small ones first: the engine compiles a function when it was called often, and more of them fit into the time. */
const warmUpRequests = ['5 KB plain', '610 KB plain'] as const;

const fullConnections = 10;
/** For a fixed rate: enough that a request seldom waits for one. */
const rateConnections = 30;

export async function measurePath(context: MeasurementContext): Promise<PathRun[]> {
  const { fullMs, halfMs, quietMs, callsMs } = context.plan.path;
  const request = '610 KB plain';
  const loads: Step[] = [
    { load: 'full', request, ms: fullMs },
    { load: 'half', request, ms: halfMs },
    { load: 2, request, ms: quietMs },
  ];
  const rates: Step[] = [
    { load: 2, request, ms: quietMs },
    { load: 25, request, ms: callsMs },
    { load: 250, request: '5 KB plain', ms: callsMs },
  ];
  return [
    // First: ingest on S3 deletes each spooled file, and `Target.empty` says why that slows down what follows.
    ...(await measureSteps(context, 'embedded', 1, loads)),
    ...(await measureSteps(context, 's3', 1, loads)),
    ...(await measureSteps(context, 's3', 3, rates)),
  ];
}

async function measureSteps(
  context: MeasurementContext,
  backend: Backend,
  ingests: number,
  steps: readonly Step[],
): Promise<PathRun[]> {
  const where = `${backend}, ${ingests} ingest`;
  context.progress(`from request to published id, warming up: ${where}`);
  const pipeline = await Pipeline.start(backend, ingests, await context.newFolder());
  const runs: PathRun[] = [];
  try {
    for (const request of warmUpRequests) {
      const warmUp: Step = { load: 'full', request, ms: context.plan.path.warmUpMs / 2 };
      await measureStep(context, pipeline, warmUp, undefined);
    }
    for (const step of steps) {
      context.progress(`from request to published id: ${where}, ${step.request}, ${step.load}`);
      const full = runs.find(({ load }) => load === 'full')?.reportsPerSecond ?? 0;
      const rate = step.load === 'half' ? full / 2 : step.load;
      const measured = await measureStep(
        context,
        pipeline,
        step,
        rate === 'full' ? undefined : rate,
      );
      runs.push({ backend, ingests, request: step.request, load: step.load, ...measured });
    }
    return runs;
  } finally {
    await pipeline.stop();
  }
}

async function measureStep(
  { requests }: MeasurementContext,
  pipeline: Pipeline,
  step: Step,
  ratePerSecond: number | undefined,
): Promise<Omit<PathRun, 'backend' | 'ingests' | 'request' | 'load'>> {
  const { path: requestFile, expected } = requests[step.request];
  await pipeline.resetPeakRss();
  const [cpuBefore, callsBefore] = [await pipeline.cpuMs(), await pipeline.calls()];
  const { crashes } = await runLoad(
    {
      ports: pipeline.ports,
      requestFile,
      connections: ratePerSecond === undefined ? fullConnections : rateConnections,
      startWindowMs: step.ms,
      ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    },
    expected,
  );
  const published = await pipeline.publishedAt(crashes.map(({ id }) => id));
  await settle(pipeline);
  const cpuMs = (await pipeline.cpuMs()) - cpuBefore;
  const calls = callsPerReport(callsBefore, await pipeline.calls(), crashes.length);
  return {
    ...timesOf(
      crashes.map(({ sentAt }) => sentAt),
      published,
    ),
    cpuMsPerReport: cpuMs / crashes.length,
    callsPerReport: callKinds(calls),
    peakRssBytes: await pipeline.peakRssBytes(),
  };
}

/** Rate and latencies of reports, by the times at which each was sent and published. */
export function timesOf(
  sent: readonly number[],
  published: readonly number[],
): Pick<PathRun, 'reports' | 'reportsPerSecond' | 'p50Ms' | 'p99Ms'> {
  const latencies = published.map((at, index) => at - (sent[index] ?? Number.NaN));
  const sorted = latencies.toSorted((a, b) => a - b);
  const elapsedMs = Math.max(...published) - Math.min(...sent);
  return {
    reports: sent.length,
    reportsPerSecond: (sent.length / elapsedMs) * 1000,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
}

const pollEveryMs = 100;
/** Longer than a service lets a batch of deletes wait. */
const quietPolls = 10;

/** Waits until nothing but receiving happens: staged objects and messages are deleted after publishing. */
async function settle(pipeline: Pipeline): Promise<void> {
  const state = async (): Promise<string> => {
    const { receive: _receive, ...kinds } = callKinds(await pipeline.calls());
    return JSON.stringify([kinds, await pipeline.staged()]);
  };
  let last = await state();
  for (let quiet = 0; quiet < quietPolls; quiet += 1) {
    await sleep(pollEveryMs);
    const now = await state();
    if (now !== last) quiet = -1;
    last = now;
  }
}
