/** How many reports a second each target acknowledges, in turns with the floor. */
import type { RequestName } from '../load/request-files.js';
import { Target } from '../servers/target.js';
import { type MeasurementContext, rotated } from './measurement-context.js';
import { type RateRun, runRate } from './rate-run.js';

export const rateTargets = ['floor', 'ingest', 'ingest-shipping', 'standalone'] as const;
export type RateTarget = (typeof rateTargets)[number];

export interface RateCell {
  readonly request: RequestName;
  readonly connections: number;
  /** By target; runs of the same position were made one right after the other. */
  readonly runs: Readonly<Record<RateTarget, RateRun[]>>;
}

/** Enough for the code to be compiled; what is measured afterwards is a server that has been up for a while. */
const warmUp = { connections: 10, startWindowMs: 5000 };

export async function measureRates(context: MeasurementContext): Promise<RateCell[]> {
  const { plan, requests } = context;
  const cells: RateCell[] = plan.rateCells.map(({ request, connections }) => ({
    request,
    connections,
    runs: { floor: [], ingest: [], 'ingest-shipping': [], standalone: [] },
  }));
  const targets = new Map<RateTarget, Target>();
  try {
    for (const name of rateTargets) {
      context.progress(`warming up: ${name}`);
      const target = await Target.start(name, await context.newFolder());
      targets.set(name, target);
      await runRate(target, requests['610 KB plain'], warmUp);
    }
    const begun = performance.now();
    const timeIsOver = (): boolean => performance.now() - begun > plan.ratesBudgetMs;
    for (let round = 0; round < plan.maxRounds; round += 1) {
      for (const cell of cells) {
        if (round > 0 && timeIsOver()) return cells;
        context.progress(`rates, round ${round + 1}: ${cell.request}, ${cell.connections} at once`);
        await measureCell(cell, targets, context, round);
      }
    }
    return cells;
  } finally {
    for (const target of targets.values()) await target.server.stop();
  }
}

async function measureCell(
  cell: RateCell,
  targets: ReadonlyMap<RateTarget, Target>,
  { plan, requests }: MeasurementContext,
  round: number,
): Promise<void> {
  for (const [name, target] of rotated([...targets], round)) {
    const load = { connections: cell.connections, startWindowMs: plan.startWindowMs };
    cell.runs[name].push(await runRate(target, requests[cell.request], load));
  }
}
