/** How long the stack walker takes for a minidump, beside rust-minidump's own tool where that is installed. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sampleMinidump } from '#antenna/crash-client';
import { StackWalkers } from '#antenna/stack-walker';

import { runMicro } from './run-micro.js';

/** Milliseconds of each walk of the same minidump, without symbols, in turns. */
export interface StackWalks {
  readonly walkerMs: number[];
  /** With the start of its process. Empty if ANTENNA_TEST_MINIDUMP_STACKWALK does not name the tool. */
  readonly nativeMs: number[];
}

const walksPerRound = 20;

export async function measureStackWalks(rounds: number): Promise<StackWalks> {
  return await runMicro<StackWalks>(import.meta.url, String(rounds));
}

async function stackWalks(rounds: number): Promise<StackWalks> {
  // oxlint-disable-next-line no-process-env
  const native = process.env['ANTENNA_TEST_MINIDUMP_STACKWALK'];
  const folder = await mkdtemp(join(tmpdir(), 'antenna-bench-'));
  const walkers = new StackWalkers();
  try {
    const dump = sampleMinidump();
    const path = join(folder, 'dump');
    await writeFile(path, dump);
    const result: StackWalks = { walkerMs: [], nativeMs: [] };
    // The first ones compile the walker and start its thread.
    for (let walk = 0; walk < walksPerRound; walk += 1) await walkers.walk(dump);
    for (let walk = 0; walk < rounds * walksPerRound; walk += 1) {
      result.walkerMs.push(await milliseconds(async () => walkers.walk(dump)));
      if (native !== undefined) {
        const call = ['--json', '--symbols-path', folder, path];
        result.nativeMs.push(await milliseconds(() => execFileSync(native, call)));
      }
    }
    return result;
  } finally {
    await walkers.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function milliseconds(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

if (import.meta.main)
  process.stdout.write(JSON.stringify(await stackWalks(Number(process.argv[2] ?? 1))));
