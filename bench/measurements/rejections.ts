/** How fast reports are rejected, next to a server that only reads them; and what that writes to the disk. */
import { Target } from '../servers/target.js';
import { type MeasurementContext, rotated } from './measurement-context.js';
import { type RateRun, runRate } from './rate-run.js';

const rejectionTargets = ['floor-discard', 'ingest'] as const;

export type Rejections = Readonly<Record<(typeof rejectionTargets)[number], RateRun[]>>;

const connections = 10;

export async function measureRejections(context: MeasurementContext): Promise<Rejections> {
  const { plan, requests } = context;
  const request = requests['610 KB rejected'];
  const runs: Rejections = { 'floor-discard': [], ingest: [] };
  const targets: Target[] = [];
  try {
    for (const name of rejectionTargets) {
      const target = await Target.start(name, await context.newFolder());
      targets.push(target);
      await runRate(target, request, { connections, startWindowMs: 1000 });
    }
    for (let round = 0; context.goesOn(round, plan.rejectionRounds); round += 1) {
      context.progress(`rejected reports, round ${round + 1}`);
      for (const target of rotated(targets, round)) {
        const run = await runRate(target, request, {
          connections,
          startWindowMs: plan.startWindowMs,
        });
        runs[target.name === 'ingest' ? 'ingest' : 'floor-discard'].push(run);
      }
    }
    return runs;
  } finally {
    for (const { server } of targets) await server.stop();
  }
}
