import { errorMessage } from '#antenna/errors';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { Logger } from '#antenna/telemetry';
import { pause } from '#antenna/time';

const dayMs = 24 * 60 * 60 * 1000;
/** Between two crashes: other work of the process and of the disk goes first. */
const restMs = 2;
/** Crashes of a day that cannot be removed, as on a read-only disk. */
const maxFailures = 100;

interface RemoveOptions {
  readonly now: Date;
  readonly days: number;
  readonly logger: Logger;
  /** Ends the removal after the current crash. */
  readonly signal: AbortSignal;
}

/**
 * Removes the crashes that are older than a number of days, by the date in their ids and by when they were stored, because
 * a client may choose an id with an old date. The oldest day first, one crash at a time. A crash that was removed only in
 * part, or not at all, is removed by the next call.
 */
export async function removeExpired(
  crashes: StoredCrashes,
  { now, days, logger, signal }: RemoveOptions,
): Promise<void> {
  // A crash of the last moment of its day must be old enough, too.
  const storedBefore = now.getTime() - days * dayMs;
  const until = dateAt(storedBefore - dayMs);
  for await (const date of crashes.dates({ until })) {
    if (signal.aborted) return;
    report(logger, date, await removeDay(crashes, date, { storedBefore, signal }));
  }
}

interface RemovedDay {
  removed: number;
  failed: number;
  /** The first failure. */
  error?: unknown;
}

function report(logger: Logger, date: string, { removed, failed, error }: RemovedDay): void {
  const fields = { date, removed, failed };
  if (failed > 0) {
    const problem = `crashes of ${date} not removed: ${failed}: ${errorMessage(error)}`;
    logger.warn(problem, { ...fields, error });
  } else if (removed > 0) {
    logger.info(`crashes of ${date} removed: ${removed}`, fields);
  }
}

async function removeDay(
  crashes: StoredCrashes,
  date: string,
  { storedBefore, signal }: { readonly storedBefore: number; readonly signal: AbortSignal },
): Promise<RemovedDay> {
  const result: RemovedDay = { removed: 0, failed: 0 };
  for await (const { crashId, storedAt } of crashes.list(date)) {
    if (signal.aborted || result.failed === maxFailures) break;
    if (storedAt.getTime() >= storedBefore) continue;
    try {
      if (await crashes.erase(crashId, { versions: 'current', rawCrash: 'last' }))
        result.removed += 1;
    } catch (error) {
      result.failed += 1;
      result.error ??= error;
    }
    await pause(restMs, signal);
  }
  return result;
}

/** As `YYYYMMDD`. */
function dateAt(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10).replaceAll('-', '');
}
