import process from 'node:process';
import type { Output } from '../cli-context.js';
import { liveView } from './live-view.js';
import { type LoadPlan, type LoadRecords, runLoad } from './run-load.js';

/** What the run needed from this machine. */
export interface RunUsage {
  readonly elapsedMs: number;
  /** User and system time of this process. */
  readonly cpuMs: number;
  readonly peakBytes: number;
}

/** A run has about this number of intervals at most; a short one has one for each second. */
const maxIntervals = 3600;

/** Runs the load and shows each interval. */
export async function measuredRun(
  plan: LoadPlan,
  records: LoadRecords,
  output: Output,
): Promise<RunUsage> {
  const view = liveView(output, plan.durationMs / 1000);
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const endInterval = async (): Promise<void> => {
    const second = Math.round(performance.now() - startedAt) / 1000;
    await view.show(records.tally.endInterval(second));
  };
  const failed = Promise.withResolvers<never>();
  const intervalMs = Math.ceil(plan.durationMs / 1000 / maxIntervals) * 1000;
  const timer = setInterval(() => void endInterval().catch(failed.reject), intervalMs);
  try {
    await Promise.race([runLoad(plan, records), failed.promise]);
    const elapsedMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpu);
    await endInterval();
    const { maxRSS } = process.resourceUsage();
    return { elapsedMs, cpuMs: (user + system) / 1000, peakBytes: maxRSS * 1024 };
  } finally {
    clearInterval(timer);
    view.stop();
  }
}
