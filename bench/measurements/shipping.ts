/** Ingest while it ships to S3 and SQS, beside the same while it ships to a directory. */
import { type AwsCalls, AwsStandIn, callsPerReport } from '../servers/aws-stand-in.js';
import { Target } from '../servers/target.js';
import { type MeasurementContext, rotated } from './measurement-context.js';
import { expectCount, type RateRun, runRate } from './rate-run.js';

export const shippingTargets = ['ingest-shipping', 'ingest-aws'] as const;
type ShippingTarget = (typeof shippingTargets)[number];

export interface Shipping {
  /** By target; runs of the same position were made one right after the other. */
  readonly runs: Readonly<Record<ShippingTarget, RateRun[]>>;
  /** To S3 and SQS, in each run of the target that uses them. */
  readonly callsPerReport: readonly AwsCalls[];
}

const connections = 10;
/** Long: the stand-in is slow, and the SDK is much code to compile. */
const warmUpMs = 3000;
const windows = 2;

export async function measureShipping(context: MeasurementContext): Promise<Shipping> {
  const { plan, requests, newFolder } = context;
  const request = requests['610 KB plain'];
  const runs: Shipping['runs'] = { 'ingest-shipping': [], 'ingest-aws': [] };
  const calls: AwsCalls[] = [];
  const standIn = await AwsStandIn.start();
  const targets: [ShippingTarget, Target][] = [];
  try {
    for (const name of shippingTargets) {
      const env = name === 'ingest-aws' ? standIn.environment : {};
      const target = await Target.start(name, await newFolder(), { env });
      targets.push([name, target]);
      await runRate(target, request, { connections, startWindowMs: warmUpMs });
    }
    for (let round = 0; context.goesOn(round, plan.awsRounds); round += 1) {
      context.progress(`shipping to S3 and SQS, round ${round + 1}`);
      for (const [name, target] of rotated(targets, round)) {
        const before = await standIn.calls();
        const run = await runRate(target, request, {
          connections,
          startWindowMs: windows * plan.startWindowMs,
        });
        runs[name].push(run);
        if (name !== 'ingest-aws') continue;
        const after = await standIn.calls();
        const puts = (after['PutObject'] ?? 0) - (before['PutObject'] ?? 0);
        expectCount(puts, run.reports, 'S3 to be given');
        calls.push(callsPerReport(before, after, run.reports));
      }
    }
    return { runs, callsPerReport: calls };
  } finally {
    for (const [, { server }] of targets) await server.stop();
    await standIn.stop();
  }
}
