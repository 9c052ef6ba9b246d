import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CrashIndex,
  CrashIndexError,
  type CrashSearch,
  openCrashSearch,
} from '#antenna/crash-index';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { inParallel } from '../in-parallel.js';
import { progressBar } from '../progress-bar.js';
import { processedFacts } from './find-processed.js';
import { openIndex } from './open-index.js';

/** Processed crashes that are read at the same time: most have below 1 MiB. */
const parallelReads = 16;

/**
 * Gives the action an index that has the crashes of a day and later ones: that of `npm start`, or one in a temporary file
 * that is made of the processed crashes, one request for each.
 * @param since `YYYYMMDD`
 * @throws CliError when it was interrupted
 */
export async function withIndexSince(
  crashes: StoredCrashes,
  since: string,
  context: CliContext,
  action: (index: CrashSearch) => Promise<void>,
): Promise<void> {
  const kept = await openIndex(crashes);
  if (kept) {
    try {
      return await action(kept);
    } finally {
      await kept.close();
    }
  }
  const directory = await mkdtemp(join(tmpdir(), 'antenna-index-'));
  try {
    const path = join(directory, 'crashes');
    const index = await CrashIndex.open(path);
    const search = openCrashSearch(path);
    try {
      await fill(index, { crashes, since, context });
      await action(search);
    } finally {
      await search.close();
      index.close();
    }
  } catch (error) {
    if (!(error instanceof CrashIndexError) || error.code === 'refused') throw error;
    const fix = 'free space there, or set TMPDIR to a directory on another disk';
    throw new CliError(`${error.message}; ${fix}`, 1, { cause: error });
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function fill(
  index: CrashIndex,
  { crashes, since, context }: { crashes: StoredCrashes; since: string; context: CliContext },
): Promise<void> {
  const { stderr, interrupted } = context;
  if (!(await crashes.hasProcessed())) return;
  const find = processedFacts(crashes, undefined);
  const dates = await Array.fromAsync(crashes.dates({ since }));
  const bar = progressBar(stderr, stderr.isTTY === true ? await countOfDays(crashes, dates) : 0);
  try {
    for (const date of dates) {
      await inParallel(crashes.crashIds(date), parallelReads, async (crashId) => {
        if (interrupted.aborted) throw new CliError('interrupted', 130);
        const facts = await find(crashId);
        if (facts) await index.put([facts], 0);
        bar.advance(1);
      });
    }
  } finally {
    bar.stop();
  }
}

async function countOfDays(crashes: StoredCrashes, dates: readonly string[]): Promise<number> {
  let count = 0;
  for (const date of dates) for await (const _ of crashes.crashIds(date)) count += 1;
  return count;
}
