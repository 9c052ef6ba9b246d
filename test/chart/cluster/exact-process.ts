import { resolve } from 'node:path';

import { type RunningProcess, startProcess } from '#antenna/testing';

const dist = resolve(import.meta.dirname, '../../../dist');

/** What the images run. */
export const entries: Readonly<Record<string, string>> = {
  ingest: resolve(dist, 'apps/ingest/src/main.js'),
  crashmover: resolve(dist, 'apps/crashmover/src/main.js'),
  'throttle-config': resolve(dist, 'apps/throttle-config/src/main.js'),
  test: resolve(dist, 'systemtest/main.js'),
};

/** A program of ours with exactly this environment and PATH: nothing of the tests' own reaches it. */
export async function startExactly(
  component: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<RunningProcess> {
  const entry = entries[component];
  if (entry === undefined) throw new Error(`there is no program of ${component}`);
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  // env(1) replaces itself by the program: signals reach it.
  return await startProcess(
    ['-i', `PATH=/usr/bin:/bin`, ...variables, process.execPath, entry, ...args],
    { command: 'env' },
  );
}
