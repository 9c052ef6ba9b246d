import { BlobStoreError } from '#antenna/blob-store';
import { type StoredCrash, type StoredCrashes, StoredCrashesError } from '#antenna/stored-crashes';
import { CliError } from '../cli-error.js';
import type { Pace } from '../pace.js';
import { type ForwardedReport, forwardedReport } from './forwarded-report.js';
import { failed, type ForwardOutcome } from './forward-outcome.js';
import { postReport } from './post-report.js';

export interface ForwardTarget {
  readonly url: URL;
  readonly token: string | undefined;
  readonly pace: Pace;
  readonly interrupted: AbortSignal;
}

/** Reads a stored crash, rebuilds its report and posts it; without a target it posts nothing. */
export async function forwardCrash(
  crashes: StoredCrashes,
  crashId: string,
  target: ForwardTarget | 'dry run',
): Promise<ForwardOutcome> {
  let report: ForwardedReport;
  try {
    const token = target === 'dry run' ? undefined : target.token;
    report = await readReport(crashes, crashId, token);
  } catch (error) {
    return unreadable(error);
  }
  if (target === 'dry run') return { kind: 'dry run', bytes: report.report.body.length };
  if (!(await target.pace.turn())) return { kind: 'interrupted' };
  return await postReport(report, target);
}

async function readReport(
  crashes: StoredCrashes,
  crashId: string,
  token: string | undefined,
): Promise<ForwardedReport> {
  const crash = await crashes.find(crashId);
  if (crash === undefined) throw new CliError(`there is no such crash in ${crashes.location}`);
  const dumps: { name: string; bytes: Buffer }[] = [];
  for (const name of dumpNamesOf(crash)) {
    const { dump, bytes } = await crash.readDump(name);
    if (bytes === undefined || dump.state === 'damaged')
      throw new CliError(`dump ${name} is ${dump.state}`);
    dumps.push({ name, bytes });
  }
  return forwardedReport({ crashId, rawCrash: crash.rawCrash, dumps }, token);
}

function dumpNamesOf({ listedDumpNames }: StoredCrash): readonly string[] {
  if (listedDumpNames === undefined) throw new CliError('its list of dump names is missing');
  return listedDumpNames;
}

/** @throws the error when it is a bug */
function unreadable(error: unknown): ForwardOutcome {
  if (error instanceof BlobStoreError)
    return failed(error.message, error.retryable ? 'all' : 'this');
  if (error instanceof CliError || error instanceof StoredCrashesError)
    return failed(error.message, 'this');
  throw error;
}
