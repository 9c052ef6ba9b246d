import type { Cell } from '../plan.js';
import { Target, type TargetName, type TargetOptions } from '../servers/target.js';
import type { MeasurementContext } from './context.js';
import { type RateRun, runRate } from './rate-run.js';

interface Turns<N extends string> {
  readonly targets: Readonly<
    Record<N, { readonly name: TargetName; readonly options?: TargetOptions }>
  >;
  readonly cells: readonly Cell[];
  /** Time to compile code, before the first run of each target. */
  readonly warmUpMs: number;
  readonly startWindowMs: number;
  readonly goesOn: (round: number) => boolean;
  readonly describe: (round: number, cell: Cell) => string;
  /** Replaces a plain run; round 0 is the warm-up. */
  readonly run?: (name: N, round: number, measure: () => Promise<RateRun>) => Promise<RateRun>;
}

/** Runs of the same position were made one right after the other. */
export type RunsBy<N extends string> = Readonly<Record<N, RateRun[]>>;

const warmUpConnections = 10;

/** Starts the targets, and runs each of them for each cell in every round, in another order each time. */
export async function measureInTurns<N extends string>(
  { newFolder, progress, requests }: MeasurementContext,
  { targets, cells, ...turns }: Turns<N>,
): Promise<RunsBy<N>[]> {
  const names = Object.keys(targets) as N[];
  const noRuns = (): [N, RateRun[]][] => names.map((name) => [name, []]);
  const results = cells.map(() => Object.fromEntries(noRuns()) as RunsBy<N>);
  const {
    run = async (_name, _round, measure) => await measure(),
    warmUpMs,
    startWindowMs,
  } = turns;
  const started: [N, Target][] = [];
  try {
    for (const key of names) {
      progress(`warming up: ${key}`);
      const { name, options } = targets[key];
      const target = await Target.start(name, await newFolder(), options);
      started.push([key, target]);
      const load = { connections: warmUpConnections, startWindowMs: warmUpMs };
      const request = requests[cells[0]?.request ?? '610 KB plain'];
      await run(key, 0, async () => await runRate(target, request, load));
    }
    for (let round = 0; ; round += 1) {
      for (const [index, cell] of cells.entries()) {
        if (!turns.goesOn(round)) return results;
        progress(turns.describe(round + 1, cell));
        const load = { connections: cell.connections, startWindowMs };
        for (const [key, target] of rotated(started, round)) {
          const measure = async () => await runRate(target, requests[cell.request], load);
          results[index]?.[key].push(await run(key, round + 1, measure));
        }
      }
    }
  } finally {
    for (const [, { server }] of started) await server.stop();
  }
}

/** The items in another order each time, so that no target always runs first. */
export function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
