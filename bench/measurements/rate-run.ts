import type { RequestFile } from '../load/request-files.js';
import { runLoad } from '../load/run-load.js';
import type { Target } from '../servers/target.js';
import { percentile, ratios, type Spread, spreadOf } from '../statistics.js';

/** One run of one target. Times and bytes per report are those of the server's whole process. */
export interface RateRun {
  readonly reports: number;
  readonly reportsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Until everything acknowledged was shipped (ingest) or stored and published (standalone). */
  readonly cpuMsPerReport: number;
  readonly diskBytesPerReport: number;
  readonly peakRssBytes: number;
  /** Of the load generator. */
  readonly clientCpuMsPerReport: number;
  /** Acknowledged reports that were still on their way when the last answer came. */
  readonly backlog: number;
}

/** Sends for a while, then lets the target finish its work and frees the disk. */
export async function runRate(
  target: Target,
  request: RequestFile,
  load: { readonly connections: number; readonly startWindowMs: number },
): Promise<RateRun> {
  const { server } = target;
  await server.resetPeakRss();
  const before = await server.usage();
  const { connections, startWindowMs } = load;
  const result = await runLoad(
    { port: server.port, requestFile: request.path, connections, startWindowMs },
    request.expected,
  );
  const backlog = await target.backlog();
  await target.settle();
  const after = await server.usage();
  await target.empty();
  const { requests, elapsedMs, latenciesMs } = result;
  return {
    reports: requests,
    reportsPerSecond: (requests / elapsedMs) * 1000,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    cpuMsPerReport: (after.cpuMs - before.cpuMs) / requests,
    diskBytesPerReport: (after.diskWriteBytes - before.diskWriteBytes) / requests,
    peakRssBytes: after.peakRssBytes,
    clientCpuMsPerReport: result.cpuMs / requests,
    backlog,
  };
}

/** How a target's rates compare with those of the floor next to them. */
export function ratesRatio(runs: readonly RateRun[], floor: readonly RateRun[]): Spread {
  const rate = ({ reportsPerSecond }: RateRun): number => reportsPerSecond;
  return spreadOf(ratios(runs.map(rate), floor.map(rate)));
}
