/** Where ingest's main thread spends its time while it receives reports. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type CpuProfile, type FunctionTime, functionTimes } from '../cpu-profile.js';
import type { RequestName } from '../load/request-files.js';
import { Target } from '../servers/target.js';
import type { MeasurementContext } from './measurement-context.js';
import { runRate } from './rate-run.js';

const connections = 10;
/** Long against the start, which is in the profile too. */
const runs = 10;
const runMs = 1000;

export async function profileIngest(
  { requests, newFolder, progress }: MeasurementContext,
  request: RequestName,
): Promise<FunctionTime[]> {
  const profiles = await newFolder();
  const nodeFlags = ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const target = await Target.start('ingest-shipping', await newFolder(), { nodeFlags });
  try {
    for (let run = 1; run <= runs; run += 1) {
      progress(`profiling ingest, ${request}, run ${run} of ${runs}`);
      await runRate(target, requests[request], { connections, startWindowMs: runMs });
    }
  } finally {
    // The profile is written when the process ends.
    await target.server.stop();
  }
  const [file = ''] = await readdir(profiles);
  return functionTimes(JSON.parse(await readFile(join(profiles, file), 'utf8')) as CpuProfile);
}
