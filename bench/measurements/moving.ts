/** How fast crashmover works off a backlog, next to a process that only copies, syncs and removes files. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { freePort, waitFor } from '#antenna/testing';

import { runLoad } from '../load/run-load.js';
import { ServerProcess } from '../servers/server-process.js';
import { filesBelow, Target } from '../servers/target.js';
import type { MeasurementContext } from './measurement-context.js';

export interface MovingRun {
  readonly reports: number;
  readonly reportsPerSecond: number;
  readonly cpuMsPerReport: number;
}

export interface Moving {
  readonly floor: MovingRun[];
  readonly crashmover: MovingRun[];
}

/** Reports are sent for this long, to be moved afterwards. */
const fillMs = 1000;
const fillConnections = 10;
/** What crashmover does by default (`CONCURRENCY`). */
const concurrency = 16;
const timeoutMs = 120_000;

const entry = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export async function measureMoving(context: MeasurementContext): Promise<Moving> {
  const moving: Moving = { floor: [], crashmover: [] };
  for (let round = 0; round < context.plan.movingRounds; round += 1) {
    context.progress(`moving a backlog, round ${round + 1}`);
    moving.floor.push(await moveByFloor(await filled('floor', context)));
    moving.crashmover.push(await moveByCrashmover(await filled('ingest-shipping', context)));
  }
  return moving;
}

/** A folder in which a target has left the reports that it received. */
async function filled(
  name: 'floor' | 'ingest-shipping',
  { requests, newFolder }: MeasurementContext,
): Promise<string> {
  const folder = await newFolder();
  const target = await Target.start(name, folder);
  const { path: requestFile, expected } = requests['610 KB plain'];
  const load = { requestFile, connections: fillConnections, startWindowMs: fillMs };
  await runLoad({ ...load, port: target.server.port }, expected);
  await target.settle();
  await target.server.stop();
  return folder;
}

async function moveByFloor(folder: string): Promise<MovingRun> {
  const to = join(folder, 'moved');
  await mkdir(to);
  const { stdout } = await promisify(execFile)(process.execPath, [
    entry('../servers/floor-mover.js'),
    join(folder, 'reports'),
    to,
    String(concurrency),
  ]);
  const { reports, elapsedMs, cpuMs } = JSON.parse(stdout) as Record<string, number>;
  return moved(reports ?? 0, elapsedMs ?? 0, cpuMs ?? 0);
}

/** From the moment that it listens, so that its start does not count; it has begun to move by then. */
async function moveByCrashmover(folder: string): Promise<MovingRun> {
  const port = await freePort();
  const server = await ServerProcess.start({
    entry: entry('../../apps/crashmover/src/main.js'),
    args: [],
    env: { HOST: '127.0.0.1', PORT: String(port), ANTENNA_DATA_DIR: folder },
    port,
  });
  try {
    const staging = join(folder, 'staging');
    const begun = performance.now();
    const before = await server.usage();
    const { length: reports } = await filesBelow(staging);
    await waitFor(async () => (await filesBelow(staging)).length === 0, {
      timeoutMs,
      describe: 'crashmover to empty the staging store',
    });
    const elapsedMs = performance.now() - begun;
    return moved(reports, elapsedMs, (await server.usage()).cpuMs - before.cpuMs);
  } finally {
    await server.stop();
  }
}

function moved(reports: number, elapsedMs: number, cpuMs: number): MovingRun {
  return {
    reports,
    reportsPerSecond: (reports / elapsedMs) * 1000,
    cpuMsPerReport: cpuMs / reports,
  };
}
