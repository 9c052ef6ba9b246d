/** Where ingest's main thread spends its time while it receives reports. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  type CpuProfile,
  type FunctionTime,
  functionTimes,
  type PartTime,
  partTimes,
} from '../cpu-profile.js';
import type { RequestName } from '../load/request-files.js';
import { Target } from '../servers/target.js';
import { spreadOf } from '../statistics.js';
import type { MeasurementContext } from './context.js';
import { runRate } from './rate-run.js';

export interface IngestProfile {
  /** Of all threads, in the median run. */
  readonly cpuMsPerReport: number;
  readonly parts: readonly PartTime[];
  readonly functions: readonly FunctionTime[];
}

const connections = 10;
/** Long, because the profile includes the start. */
const runs = 10;
const runMs = 1000;

export async function profileIngest(
  { requests, newFolder, progress }: MeasurementContext,
  request: RequestName,
): Promise<IngestProfile> {
  const profiles = await newFolder();
  const nodeFlags = ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const target = await Target.start('ingest-shipping', await newFolder(), { nodeFlags });
  const cpuMs: number[] = [];
  try {
    for (let run = 1; run <= runs; run += 1) {
      progress(`profiling ingest, ${request}, run ${run} of ${runs}`);
      const load = { connections, startWindowMs: runMs };
      cpuMs.push((await runRate(target, requests[request], load)).cpuMsPerReport);
    }
  } finally {
    // The profile is written when the process ends.
    await target.server.stop();
  }
  const [file = ''] = await readdir(profiles);
  const profile = JSON.parse(await readFile(join(profiles, file), 'utf8')) as CpuProfile;
  return {
    cpuMsPerReport: spreadOf(cpuMs).median,
    parts: partTimes(profile),
    functions: functionTimes(profile),
  };
}
