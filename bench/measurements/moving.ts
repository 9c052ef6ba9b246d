/** How fast crashmover moves a backlog, next to a process that only copies, syncs and removes files. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { freePort, waitFor } from '#antenna/testing';

import { runLoad } from '../load/load.js';
import { CrashmoverConfig } from '../../apps/crashmover/src/crashmover.config.js';
import { type AwsCalls, AwsStandIn, callsPerReport } from '../servers/aws-stand-in.js';
import { nodeFlagsOf } from '../servers/node-flags.js';
import { ServerProcess } from '../servers/server-process.js';
import { filesBelow, Target, type TargetName } from '../servers/target.js';
import type { MeasurementContext } from './context.js';

export const movers = ['floor', 'crashmover', 'crashmover-aws'] as const;
export type Mover = (typeof movers)[number];

interface MovingRun {
  readonly reports: number;
  readonly reportsPerSecond: number;
  readonly cpuMsPerReport: number;
  /** To S3 and SQS, including start and end; empty without them. */
  readonly callsPerReport: AwsCalls;
}

export type Moving = Readonly<Record<Mover, MovingRun[]>>;

/** Reports are sent for this long, to be moved afterwards. */
const fillMs = 1500;
/** Longer, because the stand-in is slow. */
const fillAwsMs = 3000;
const fillConnections = 10;
const { concurrency } = new CrashmoverConfig();

export async function measureMoving(context: MeasurementContext): Promise<Moving> {
  const moving: Moving = { floor: [], crashmover: [], 'crashmover-aws': [] };
  for (let round = 0; context.goesOn(round, context.plan.movingRounds); round += 1) {
    context.progress(`moving a backlog, round ${round + 1}`);
    moving.floor.push(await moveByFloor(context));
    moving.crashmover.push(await moveBetweenFolders(context));
    moving['crashmover-aws'].push(await moveBetweenBuckets(context));
  }
  return moving;
}

/** Lets a target receive reports and ship them into this folder, or to the backend of the settings. */
async function fill(
  name: TargetName,
  folder: string,
  { requests }: MeasurementContext,
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const target = await Target.start(name, folder, { env });
  try {
    const { path: requestFile, expected } = requests['610 KB plain'];
    const startWindowMs = name === 'ingest-aws' ? fillAwsMs : fillMs;
    const load = { requestFile, connections: fillConnections, startWindowMs };
    const filled = await runLoad({ ...load, port: target.server.port }, expected);
    await target.settle();
    return filled.requests;
  } finally {
    await target.server.stop();
  }
}

async function moveByFloor(context: MeasurementContext): Promise<MovingRun> {
  const folder = await context.newFolder();
  await fill('floor', folder, context);
  const to = join(folder, 'moved');
  await mkdir(to);
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(new URL('../servers/floor-mover.js', import.meta.url)),
    join(folder, 'reports'),
    to,
    String(concurrency),
  ]);
  const { reports = 0, elapsedMs = 0, cpuMs = 0 } = JSON.parse(stdout) as Record<string, number>;
  return {
    reports,
    reportsPerSecond: (reports / elapsedMs) * 1000,
    cpuMsPerReport: cpuMs / reports,
    callsPerReport: {},
  };
}

async function moveBetweenFolders(context: MeasurementContext): Promise<MovingRun> {
  const folder = await context.newFolder();
  await fill('ingest-shipping', folder, context);
  return await runCrashmover({
    env: { ANTENNA_DATA_DIR: folder },
    left: async () => (await filesBelow(join(folder, 'staging'))).length,
    calls: async () => ({}),
  });
}

async function moveBetweenBuckets(context: MeasurementContext): Promise<MovingRun> {
  const standIn = await AwsStandIn.start();
  try {
    const env = standIn.environment;
    const reports = await fill('ingest-aws', await context.newFolder(), context, env);
    // Only crashmover deletes objects, after a crash is saved and published.
    const deleted = async (): Promise<number> => (await standIn.calls())['DeleteObject'] ?? 0;
    return await runCrashmover({
      env,
      left: async () => reports - (await deleted()),
      calls: async () => await standIn.calls(),
    });
  } finally {
    await standIn.stop();
  }
}

interface Backlog {
  /** Settings that tell crashmover where its backlog is. */
  readonly env: Readonly<Record<string, string>>;
  /** Reports that are still to be moved. */
  readonly left: () => Promise<number>;
  /** Calls to S3 and SQS so far. */
  readonly calls: () => Promise<AwsCalls>;
}

/** Percent of the reports that are moved before measuring, while crashmover starts and compiles its code. */
const warmUpPercent = 25;
const timeoutMs = 120_000;
const entry = fileURLToPath(new URL('../../apps/crashmover/src/main.js', import.meta.url));

/** Runs crashmover until the backlog is gone, and measures it after the warm-up. */
async function runCrashmover({ env, left, calls }: Backlog): Promise<MovingRun> {
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
    const startedAt = performance.now();
    const [usage, reports] = [await server.usage(), await left()];
    await untilLeft(0);
    const elapsedMs = performance.now() - startedAt;
    const cpuMs = (await server.usage()).cpuMs - usage.cpuMs;
    // Stopping sends incomplete batches.
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
