import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Load, LoadResult } from './load.js';

const generator = fileURLToPath(new URL('./load-generator.js', import.meta.url));
const run = promisify(execFile);
const maxOutputBytes = 64 * 1024 * 1024;
const timeoutMs = 120_000;

/**
 * Runs a load generator and gives back what it measured.
 * @throws Error when an answer was not the expected one: the rate of something else would be of no use.
 */
export async function runLoad(load: Load, expected: string): Promise<LoadResult> {
  const { stdout } = await run(process.execPath, [generator, JSON.stringify(load)], {
    maxBuffer: maxOutputBytes,
    timeout: timeoutMs,
  });
  const result = JSON.parse(stdout) as LoadResult;
  if (result.answers[expected] !== result.requests)
    throw new Error(`expected "${expected}" only, got ${JSON.stringify(result.answers)}`);
  return result;
}
