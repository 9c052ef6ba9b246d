import type { RequestName } from './load/request-files.js';

/** How long the benchmark may take, and what it measures in that time. */
export interface Plan {
  readonly rateCells: readonly { readonly request: RequestName; readonly connections: number }[];
  /** Requests begin for this long in each run; those in flight are waited for. */
  readonly startWindowMs: number;
  /** Runs of each cell and target, unless the time is over before; the first is always made. */
  readonly maxRounds: number;
  readonly ratesBudgetMs: number;
  /** Since the start; later nothing is measured but what has not been measured at all. */
  readonly furtherRoundsUntilMs: number;
  readonly memoryRounds: number;
  readonly movingRounds: number;
  readonly awsRounds: number;
  readonly s3PutRounds: number;
  readonly telemetryRounds: number;
  readonly verdictRounds: number;
  readonly rejectionRounds: number;
}

const cells = (requests: readonly RequestName[], connections: readonly number[]) =>
  requests.flatMap((request) => connections.map((count) => ({ request, connections: count })));

/** Many short runs and not a few long ones: what else the machine does then hits all targets alike. */
export const fullPlan: Plan = {
  rateCells: cells(['610 KB plain', '610 KB gzip', '25 MB plain'], [1, 10, 50]),
  startWindowMs: 700,
  maxRounds: 7,
  ratesBudgetMs: 200_000,
  furtherRoundsUntilMs: 400_000,
  memoryRounds: 2,
  movingRounds: 3,
  awsRounds: 5,
  s3PutRounds: 9,
  telemetryRounds: 6,
  verdictRounds: 9,
  rejectionRounds: 5,
};

export const quickPlan: Plan = {
  rateCells: [
    ...cells(['610 KB plain'], [1, 10, 50]),
    ...cells(['610 KB gzip', '25 MB plain'], [10]),
  ],
  startWindowMs: 400,
  maxRounds: 3,
  ratesBudgetMs: 12_000,
  furtherRoundsUntilMs: 70_000,
  memoryRounds: 1,
  movingRounds: 1,
  awsRounds: 2,
  s3PutRounds: 3,
  telemetryRounds: 2,
  verdictRounds: 3,
  rejectionRounds: 2,
};
