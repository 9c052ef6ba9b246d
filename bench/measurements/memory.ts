/** Peak resident memory of each target, just started, while many large uploads arrive. */
import { IngestConfig } from '../../apps/ingest/src/ingest.config.js';
import { Target } from '../servers/target.js';
import type { MeasurementContext } from './context.js';
import { rotated } from './in-turns.js';
import { runRate } from './rate-run.js';

export const memoryTargets = ['floor', 'ingest-shipping', 'standalone'] as const;
export type MemoryTarget = (typeof memoryTargets)[number];

export interface MemoryRun {
  readonly target: MemoryTarget;
  readonly uploads: number;
  /** Just after the start. */
  readonly startPeakRssBytes: number;
  /** Since the last measurement. */
  readonly peakRssBytes: number;
}

/** As many as a process accepts at once by default. */
const uploads = new IngestConfig().maxUploads;

export async function measureMemory(context: MeasurementContext): Promise<MemoryRun[]> {
  const runs: MemoryRun[] = [];
  for (let round = 0; context.goesOn(round, context.plan.memoryRounds); round += 1) {
    for (const name of rotated(memoryTargets, round)) {
      context.progress(`memory, round ${round + 1}: ${uploads} uploads of 25 MB to ${name}`);
      const target = await Target.start(name, await context.newFolder());
      try {
        const { peakRssBytes: startPeakRssBytes } = await target.server.usage();
        const load = { connections: uploads, startWindowMs: 0 };
        const run = await runRate(target, context.requests['25 MB plain'], load);
        runs.push({
          target: name,
          uploads: run.reports,
          startPeakRssBytes,
          peakRssBytes: run.peakRssBytes,
        });
      } finally {
        await target.server.stop();
      }
    }
  }
  return runs;
}
