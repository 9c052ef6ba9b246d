/** What metrics and traces cost ingest: the same process with nothing recorded, as it is by default, and exporting. */
import { fileURLToPath } from 'node:url';

import { freePort } from '#antenna/testing';

import { type Instrumentation, measureInstrumentation } from '../micro/instrumentation.js';
import { ServerProcess } from '../servers/server-process.js';
import { Target, type TargetOptions } from '../servers/target.js';
import { type MeasurementContext, rotated } from './measurement-context.js';
import { type RateRun, runRate } from './rate-run.js';

/**
 * `default` counts metrics for `/metrics` and exports nothing; `default again` is a second process of the same
 * kind, and shows what difference is noise.
 */
export const telemetryModes = ['no metrics', 'default', 'default again', 'exporting'] as const;
export type TelemetryMode = (typeof telemetryModes)[number];

export interface TelemetryCost {
  /** By mode; runs of the same position were made one right after the other. */
  readonly runs: Readonly<Record<TelemetryMode, RateRun[]>>;
  /** Sent by the process that exports, for each of its reports. */
  readonly exportedBytesPerReport: number;
  readonly instrumentation: Instrumentation;
}

const connections = 10;
const warmUpMs = 1500;
const microRounds = 5;

export async function measureTelemetry(context: MeasurementContext): Promise<TelemetryCost> {
  context.progress('calls to metrics and spans');
  const instrumentation = await measureInstrumentation(microRounds);
  const receiver = await startReceiver();
  const targets = new Map<TelemetryMode, Target>();
  const runs: TelemetryCost['runs'] = {
    'no metrics': [],
    default: [],
    'default again': [],
    exporting: [],
  };
  let reports = 0;
  try {
    for (const mode of telemetryModes) {
      const target = await Target.start('ingest-shipping', await context.newFolder(), {
        ...optionsOf(mode, receiver.port),
      });
      targets.set(mode, target);
      const load = { connections, startWindowMs: warmUpMs };
      const run = await runRate(target, context.requests['610 KB plain'], load);
      if (mode === 'exporting') reports += run.reports;
    }
    for (let round = 0; context.goesOn(round, context.plan.telemetryRounds); round += 1) {
      context.progress(`telemetry, round ${round + 1}`);
      for (const [mode, target] of rotated([...targets], round)) {
        const load = { connections, startWindowMs: context.plan.startWindowMs };
        const run = await runRate(target, context.requests['610 KB plain'], load);
        runs[mode].push(run);
        if (mode === 'exporting') reports += run.reports;
      }
    }
    // Its end sends what has not been sent.
    await targets.get('exporting')?.server.stop();
    const exportedBytesPerReport = Number(await receiver.ask('bytes')) / reports;
    return { runs, exportedBytesPerReport, instrumentation };
  } finally {
    for (const target of targets.values()) await target.server.stop();
    await receiver.stop();
  }
}

function optionsOf(mode: TelemetryMode, receiverPort: number): TargetOptions {
  switch (mode) {
    case 'no metrics':
      return { args: ['no-metrics'] };
    case 'exporting':
      return { env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiverPort}` } };
    case 'default':
    case 'default again':
      return {};
  }
}

async function startReceiver(): Promise<ServerProcess> {
  const port = await freePort();
  const entry = fileURLToPath(new URL('../servers/otlp-receiver-process.js', import.meta.url));
  return await ServerProcess.start({ entry, args: [String(port)], env: {}, port });
}
