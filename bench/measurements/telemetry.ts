/** The cost of metrics and traces for ingest: the same process recording nothing, by default, and exporting. */
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { freePort } from '#antenna/testing';

import { type Instrumentation, measureInstrumentation } from '../micro/instrumentation.js';
import { ServerProcess } from '../servers/server-process.js';
import type { MeasurementContext } from './context.js';
import { measureInTurns, type RunsBy } from './in-turns.js';

/**
 * `default` counts metrics for `/metrics` and exports nothing. `default again` is a second process of the same kind,
 * which shows the differences that are noise.
 */
export const telemetryModes = ['no metrics', 'default', 'default again', 'exporting'] as const;
export type TelemetryMode = (typeof telemetryModes)[number];

export interface TelemetryCost {
  readonly runs: RunsBy<TelemetryMode>;
  /** Sent by the process that exports, for each of its reports. */
  readonly exportedBytesPerReport: number;
  readonly instrumentation: Instrumentation;
}

const microRounds = 5;

export async function measureTelemetry(context: MeasurementContext): Promise<TelemetryCost> {
  const { startWindowMs, telemetryRounds } = context.plan;
  context.progress('calls to metrics and spans');
  const instrumentation = await measureInstrumentation(microRounds);
  const port = await freePort();
  const entry = fileURLToPath(import.meta.url);
  const receiver = await ServerProcess.start({ entry, args: [String(port)], env: {}, port });
  const ingest = { name: 'ingest-shipping' } as const;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  let reports = 0;
  try {
    const [runs] = await measureInTurns(context, {
      targets: {
        'no metrics': { ...ingest, options: { args: ['no-metrics'] } },
        default: ingest,
        'default again': ingest,
        exporting: { ...ingest, options: { env } },
      },
      cells: [{ request: '610 KB plain', connections: 10 }],
      warmUpMs: 1500,
      startWindowMs,
      goesOn: (round) => context.goesOn(round, telemetryRounds),
      describe: (round) => `telemetry, round ${round}`,
      run: async (mode, _round, measure) => {
        const run = await measure();
        if (mode === 'exporting') reports += run.reports;
        return run;
      },
    });
    // Ingest has stopped, and has sent everything before.
    const exportedBytesPerReport = Number(await receiver.ask('bytes')) / reports;
    return { runs: runs as TelemetryCost['runs'], exportedBytesPerReport, instrumentation };
  } finally {
    await receiver.stop();
  }
}

/** Drops what OpenTelemetry's exporters send by HTTP. Answers `bytes` to the parent process with its size. */
function serveOtlp(port: number): void {
  let bytes = 0;
  createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    // An empty body is a complete answer of the protocol: nothing was refused.
    request.on('end', () => response.setHeader('content-type', 'application/x-protobuf').end());
  }).listen(port, '127.0.0.1');
  process.on('message', (question) => {
    if (question === 'bytes') process.send?.(bytes);
  });
}

if (import.meta.main) serveOtlp(Number(process.argv[2]));
