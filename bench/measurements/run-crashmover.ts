import { fileURLToPath } from 'node:url';

import { freePort, waitFor } from '#antenna/testing';

import { type AwsCalls, callsPerReport } from '../servers/aws-stand-in.js';
import { nodeFlagsOf } from '../servers/node-flags.js';
import { ServerProcess } from '../servers/server-process.js';

export interface MovingRun {
  readonly reports: number;
  readonly reportsPerSecond: number;
  /** Of the process that moves. */
  readonly cpuMsPerReport: number;
  /** To S3 and SQS, from its start to its end; none elsewhere. */
  readonly callsPerReport: AwsCalls;
}

export interface Backlog {
  /** What tells crashmover where its backlog is. */
  readonly env: Readonly<Record<string, string>>;
  /** Reports that are still to be moved. */
  readonly left: () => Promise<number>;
  /** Calls to S3 and SQS so far. */
  readonly calls: () => Promise<AwsCalls>;
}

/** The first reports, of every hundred, that its start and the compiling of its code may take. */
const warmUpPercent = 25;
const timeoutMs = 120_000;
const entry = fileURLToPath(new URL('../../apps/crashmover/src/main.js', import.meta.url));

/** Runs crashmover until the backlog is gone, and measures it once it has been at work for a while. */
export async function runCrashmover({ env, left, calls }: Backlog): Promise<MovingRun> {
  const port = await freePort();
  const [total, callsBefore] = [await left(), await calls()];
  const server = await ServerProcess.start({
    entry,
    args: [],
    env: { HOST: '127.0.0.1', PORT: String(port), ...env },
    port,
    nodeFlags: await nodeFlagsOf('start:crashmover'),
  });
  const untilLeft = async (count: number): Promise<void> => {
    const describe = `crashmover to leave ${count} of ${total} reports`;
    await waitFor(async () => (await left()) <= count, { timeoutMs, describe });
  };
  try {
    await untilLeft(Math.floor((total * (100 - warmUpPercent)) / 100));
    const begun = performance.now();
    const [usage, reports] = [await server.usage(), await left()];
    await untilLeft(0);
    const elapsedMs = performance.now() - begun;
    const cpuMs = (await server.usage()).cpuMs - usage.cpuMs;
    // What is sent in batches may still wait for its batch.
    await server.stop();
    return {
      reports,
      reportsPerSecond: (reports / elapsedMs) * 1000,
      cpuMsPerReport: cpuMs / reports,
      callsPerReport: callsPerReport(callsBefore, await calls(), total),
    };
  } finally {
    await server.stop();
  }
}
