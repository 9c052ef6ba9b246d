/** How fast crashmover works off a backlog, next to a process that only copies, syncs and removes files. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { runLoad } from '../load/run-load.js';
import { AwsStandIn } from '../servers/aws-stand-in.js';
import { filesBelow, Target, type TargetName } from '../servers/target.js';
import type { MeasurementContext } from './measurement-context.js';
import { type MovingRun, runCrashmover } from './run-crashmover.js';

export const movers = ['floor', 'crashmover', 'crashmover-aws'] as const;
export type Mover = (typeof movers)[number];

export type Moving = Readonly<Record<Mover, MovingRun[]>>;

/** Reports are sent for this long, to be moved afterwards. */
const fillMs = 1500;
/** Longer, because the stand-in is slow. */
const fillAwsMs = 3000;
const fillConnections = 10;
/** What crashmover does by default (`CONCURRENCY`). */
const concurrency = 16;

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

/** Has a target receive, and ship, reports into this folder, or to where the variables say. */
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
    // Nobody deletes an object but crashmover, once its crash is saved and published.
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
