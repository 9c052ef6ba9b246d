/** Ingest while it ships to S3 and SQS, next to ingest that ships to a directory. */
import { type AwsCalls, AwsStandIn, callsPerReport } from '../servers/aws-stand-in.js';
import type { MeasurementContext } from './context.js';
import { measureInTurns, type RunsBy } from './in-turns.js';
import { expectCount } from './rate-run.js';

export const shippingTargets = ['ingest-shipping', 'ingest-aws'] as const;

export interface Shipping {
  readonly runs: RunsBy<(typeof shippingTargets)[number]>;
  /** To S3 and SQS, in each run of the target that uses them. */
  readonly callsPerReport: readonly AwsCalls[];
}

export async function measureShipping(context: MeasurementContext): Promise<Shipping> {
  const { awsRounds, startWindowMs } = context.plan;
  const standIn = await AwsStandIn.start();
  const calls: AwsCalls[] = [];
  try {
    const [runs] = await measureInTurns(context, {
      targets: {
        'ingest-shipping': { name: 'ingest-shipping' },
        'ingest-aws': { name: 'ingest-aws', options: { env: standIn.environment } },
      },
      cells: [{ request: '610 KB plain', connections: 10 }],
      // Long, because the stand-in is slow, and the SDK is much code to compile.
      warmUpMs: 3000,
      startWindowMs: 2 * startWindowMs,
      goesOn: (round) => context.goesOn(round, awsRounds),
      describe: (round) => `shipping to S3 and SQS, round ${round}`,
      run: async (name, round, measure) => {
        if (name !== 'ingest-aws' || round === 0) return await measure();
        const before = await standIn.calls();
        const run = await measure();
        const after = await standIn.calls();
        const puts = (after['PutObject'] ?? 0) - (before['PutObject'] ?? 0);
        expectCount(puts, run.reports, 'S3 to be given');
        calls.push(callsPerReport(before, after, run.reports));
        return run;
      },
    });
    return { runs: runs as Shipping['runs'], callsPerReport: calls };
  } finally {
    await standIn.stop();
  }
}
