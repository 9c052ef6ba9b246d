import type { RequestName } from './load/request-files.js';

/** A request, and over how many connections it is sent. */
export interface Cell {
  readonly request: RequestName;
  readonly connections: number;
}

/** What the benchmark measures, and for how long. */
export interface Plan {
  readonly rateCells: readonly Cell[];
  /** Time in which requests start in each run; those in flight are completed. */
  readonly startWindowMs: number;
  /** Maximum runs of each cell and target. The first is always made. */
  readonly maxRounds: number;
  readonly ratesBudgetMs: number;
  /** Since the start of the process; later, there are only first rounds. */
  readonly furtherRoundsUntilMs: number;
  readonly memoryRounds: number;
  /** How long reports are sent from request to published id: at full load, at half, at 2 a second, and while calls are counted. */
  readonly path: {
    readonly warmUpMs: number;
    readonly fullMs: number;
    readonly halfMs: number;
    readonly quietMs: number;
    readonly callsMs: number;
  };
  readonly s3PutRounds: number;
  readonly telemetryRounds: number;
  readonly verdictRounds: number;
  readonly processedRounds: number;
  readonly rejectionRounds: number;
  readonly moveRounds: number;
  readonly crashStats: CrashStatsPlan;
}

interface CrashStatsPlan {
  readonly sqliteCrashes: number;
  readonly openSearchCrashes: number;
  /** How often each question is asked. */
  readonly rounds: number;
}

const cells = (requests: readonly RequestName[], connections: readonly number[]) =>
  requests.flatMap((request) => connections.map((count) => ({ request, connections: count })));

/** Many short runs, so that other work of the machine affects all targets alike. */
export const fullPlan: Plan = {
  rateCells: [
    ...cells(['610 KB plain', '610 KB gzip', '5 KB plain'], [1, 10, 50]),
    ...cells(['25 MB plain'], [10]),
  ],
  startWindowMs: 700,
  maxRounds: 7,
  ratesBudgetMs: 150_000,
  furtherRoundsUntilMs: 420_000,
  memoryRounds: 2,
  path: { warmUpMs: 8000, fullMs: 5000, halfMs: 10_000, quietMs: 20_000, callsMs: 8000 },
  s3PutRounds: 9,
  telemetryRounds: 6,
  verdictRounds: 9,
  processedRounds: 5,
  rejectionRounds: 5,
  moveRounds: 5,
  crashStats: { sqliteCrashes: 1_000_000, openSearchCrashes: 200_000, rounds: 15 },
};

export const quickPlan: Plan = {
  rateCells: [
    ...cells(['610 KB plain', '610 KB gzip'], [1, 10, 50]),
    ...cells(['5 KB plain', '25 MB plain'], [10]),
  ],
  startWindowMs: 400,
  maxRounds: 3,
  ratesBudgetMs: 12_000,
  furtherRoundsUntilMs: 70_000,
  memoryRounds: 1,
  path: { warmUpMs: 2000, fullMs: 1500, halfMs: 3000, quietMs: 6000, callsMs: 2000 },
  s3PutRounds: 3,
  telemetryRounds: 2,
  verdictRounds: 3,
  processedRounds: 2,
  rejectionRounds: 2,
  moveRounds: 2,
  crashStats: { sqliteCrashes: 100_000, openSearchCrashes: 20_000, rounds: 5 },
};
