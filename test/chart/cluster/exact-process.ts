import { resolve } from 'node:path';

import { type RunningProcess, startProcess } from '#antenna/testing';

const dist = resolve(import.meta.dirname, '../../../dist');

/** The programs of the images. */
const entries: Readonly<Record<string, string>> = {
  ingest: resolve(dist, 'apps/ingest/src/main.js'),
  crashmover: resolve(dist, 'apps/crashmover/src/main.js'),
  processor: resolve(dist, 'apps/processor/src/main.js'),
  'throttle-config': resolve(dist, 'apps/throttle-config/src/main.js'),
  drain: resolve(dist, 'apps/ingest/src/drain.js'),
  test: resolve(dist, 'systemtest/main.js'),
};

/** Starts a program with only this environment and PATH, without the test's own variables. */
export async function startExactly(
  component: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<RunningProcess> {
  const entry = entries[component];
  if (entry === undefined) throw new Error(`${component} has no program`);
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  // env(1) execs the program, so signals reach it.
  return await startProcess(
    ['-i', `PATH=/usr/bin:/bin`, ...variables, process.execPath, entry, ...args],
    { command: 'env' },
  );
}
