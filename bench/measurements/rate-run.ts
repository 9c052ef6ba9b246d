import type { RequestFile } from '../load/request-files.js';
import { runLoad } from '../load/load.js';
import type { Target } from '../servers/target.js';
import { percentile, ratios, type Spread, spreadOf } from '../statistics.js';

/** One run of one target. Times and bytes per report are those of the server's whole process. */
export interface RateRun {
  readonly reports: number;
  readonly reportsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Until all reports are shipped or stored; for a target that holds shipping back, until the last answer. */
  readonly cpuMsPerReport: number;
  readonly diskBytesPerReport: number;
  readonly peakRssBytes: number;
  /** Of the load generator. */
  readonly clientCpuMsPerReport: number;
  /** Acknowledged reports that were still in the spool or in staging at the last answer. */
  readonly backlog: number;
}

/**
 * Sends for a while, then lets the target finish its work and frees the disk.
 * @throws Error when an acknowledged report is missing at the end, or was shipped although shipping was held back
 */
export async function runRate(
  target: Target,
  request: RequestFile,
  load: { readonly connections: number; readonly startWindowMs: number },
): Promise<RateRun> {
  const { server } = target;
  await target.hold();
  await server.resetPeakRss();
  const before = await server.usage();
  const result = await runLoad(
    { ports: [server.port], requestFile: request.path, ...load },
    request.expected,
  );
  const answered = await server.usage();
  const backlog = await target.backlog();
  await target.release();
  await target.settle();
  const after = await server.usage();
  const finished = await target.empty();
  const { requests, elapsedMs, latenciesMs } = result;
  const kept = request.expected === '200 CrashID' ? requests : 0;
  if (finished !== undefined) expectCount(finished, kept, `${target.name} to finish`);
  if (target.holdsBack) expectCount(backlog, kept, `${target.name} to hold back`);
  const { cpuMs } = target.holdsBack ? answered : after;
  return {
    reports: requests,
    reportsPerSecond: (requests / elapsedMs) * 1000,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    cpuMsPerReport: (cpuMs - before.cpuMs) / requests,
    diskBytesPerReport: (after.diskWriteBytes - before.diskWriteBytes) / requests,
    peakRssBytes: after.peakRssBytes,
    clientCpuMsPerReport: result.cpuMs / requests,
    backlog,
  };
}

/** @throws Error when the count is another one */
function expectCount(count: number, expected: number, what: string): void {
  if (count !== expected) throw new Error(`expected ${what} ${expected} reports, not ${count}`);
}

/** A target's rates, relative to those of the floor in the same round. */
export function ratesRatio(runs: readonly RateRun[], floor: readonly RateRun[]): Spread {
  const rate = ({ reportsPerSecond }: RateRun): number => reportsPerSecond;
  return spreadOf(ratios(runs.map(rate), floor.map(rate)));
}
