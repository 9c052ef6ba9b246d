import { resolve } from 'node:path';

import { freePort, type RunningProcess, startProcess } from '#antenna/testing';

const entry = resolve(import.meta.dirname, '../../dist/tools/aws-local.js');

/** `npm run start:aws-local`, once built, on free ports. */
export async function startAwsLocal(
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningProcess> {
  const env = {
    PORT: String(await freePort()),
    THROTTLE_CONFIG_PORT: String(await freePort()),
    CRASHMOVER_PORT: String(await freePort()),
    PROCESSOR_PORT: String(await freePort()),
    STAND_INS_PORT: String(await freePort()),
    ...settings,
  };
  return await startProcess([entry], { env });
}
