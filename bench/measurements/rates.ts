/** How many reports per second each target acknowledges or rejects, in turns with the floor. */
import type { Cell } from '../plan.js';
import type { MeasurementContext } from './context.js';
import { measureInTurns, type RunsBy } from './in-turns.js';

export const rateTargets = ['floor', 'ingest', 'ingest-shipping', 'standalone'] as const;
type RateTarget = (typeof rateTargets)[number];

export interface RateCell extends Cell {
  readonly runs: RunsBy<RateTarget>;
}

/** The embedded store beside a bare server that stores in the same steps. */
export type Moves = RunsBy<'floor-moving' | 'standalone'>;

export type Rejections = RunsBy<'floor-discard' | 'ingest'>;

export async function measureRates(context: MeasurementContext): Promise<RateCell[]> {
  const { maxRounds, rateCells: cells, ratesBudgetMs, startWindowMs } = context.plan;
  let startedAt: number | undefined;
  const runs = await measureInTurns(context, {
    targets: {
      floor: { name: 'floor' },
      ingest: { name: 'ingest' },
      'ingest-shipping': { name: 'ingest-shipping' },
      standalone: { name: 'standalone' },
    },
    cells,
    warmUpMs: 5000,
    startWindowMs,
    goesOn: (round) => {
      startedAt ??= performance.now();
      return round === 0 || (round < maxRounds && performance.now() - startedAt <= ratesBudgetMs);
    },
    describe: (round, { request, connections }) =>
      `rates, round ${round}: ${request}, ${connections} at once`,
  });
  return cells.map(({ request, connections }, index) => ({
    request,
    connections,
    runs: runs[index] as RunsBy<RateTarget>,
  }));
}

export async function measureMoves(context: MeasurementContext): Promise<Moves> {
  const { moveRounds, startWindowMs } = context.plan;
  const [runs] = await measureInTurns(context, {
    targets: { 'floor-moving': { name: 'floor-moving' }, standalone: { name: 'standalone' } },
    cells: [{ request: '610 KB plain', connections: 10 }],
    warmUpMs: 5000,
    startWindowMs,
    goesOn: (round) => context.goesOn(round, moveRounds),
    describe: (round) => `embedded and its floor, round ${round}`,
  });
  return runs as Moves;
}

/** The floor reads the reports and drops them. */
export async function measureRejections(context: MeasurementContext): Promise<Rejections> {
  const { rejectionRounds, startWindowMs } = context.plan;
  const [runs] = await measureInTurns(context, {
    targets: { 'floor-discard': { name: 'floor-discard' }, ingest: { name: 'ingest' } },
    cells: [{ request: '610 KB rejected', connections: 10 }],
    warmUpMs: 1000,
    startWindowMs,
    goesOn: (round) => context.goesOn(round, rejectionRounds),
    describe: (round) => `rejected reports, round ${round}`,
  });
  return runs as Rejections;
}
