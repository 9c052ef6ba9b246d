import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import {
  dumpKey,
  dumpNamesKey,
  rawCrashKey,
  stagedBatchFolder,
  stagedEnvelopeKey,
} from '#antenna/crash-report';

import { type Check, CheckFailure, CheckSkip, skippedCheck } from './check.js';
import type { Deployment } from './deployment.js';
import type { MarkedReport } from './marked-report.js';
import { differences, type StoredCrash } from './stored-crash.js';
import type { Acknowledged, TestRun } from './test-run.js';

const needsBucket = 'stored reports are not available: give --bucket or --data-dir';

/** Every acknowledged report must be stored as it was sent, and leave the staging store. */
export function storedChecks(
  { crashes, staging }: Deployment,
  reports: readonly MarkedReport[],
  run: TestRun,
  startedAt: Date,
): Check[] {
  return [
    ...reports.map((report) => {
      const name = `stored ${report.name}`;
      return crashes
        ? { name, run: () => compareStored(crashes, report, run) }
        : skippedCheck(name, needsBucket);
    }),
    staging
      ? { name: 'unstaged', run: () => expectUnstaged(staging, run, startedAt) }
      : skippedCheck(
          'unstaged',
          'staged envelopes are not available: give --staging-bucket or --data-dir',
        ),
  ];
}

/**
 * A fake-accepted report must not be stored. Run this check last, so that a wrongly shipped report has had time to
 * arrive.
 */
export function notStoredCheck({ crashes }: Deployment, run: TestRun): Check {
  const name = 'not-stored fake-accepted';
  return crashes
    ? { name, run: () => expectNotStored(crashes, run) }
    : skippedCheck(name, needsBucket);
}

async function compareStored(
  crashes: BlobStore,
  report: MarkedReport,
  run: TestRun,
): Promise<undefined> {
  const sent = run.acknowledged.find((acknowledged) => acknowledged.report === report);
  if (!sent) throw new CheckSkip('the report was not acknowledged');
  let missing: BlobStoreError | undefined;
  // The raw crash is written last: the crash is complete when it exists.
  const rawCrash = await run.waitUntil(async () => {
    try {
      return await crashes.get(rawCrashKey(sent.crashId));
    } catch (error) {
      if (!(error instanceof BlobStoreError)) throw error;
      missing = error;
      return undefined;
    }
  });
  if (!rawCrash) {
    throw new CheckFailure(
      `${sent.crashId} was acknowledged but is not stored: ${missing?.message ?? 'unknown'}`,
    );
  }
  const found = differences(sent, await storedCrash(crashes, sent, rawCrash));
  if (found.length > 0) throw new CheckFailure(`${sent.crashId}: ${found.join('; ')}`);
  return undefined;
}

async function storedCrash(
  crashes: BlobStore,
  { crashId, report }: Acknowledged,
  rawCrash: Buffer,
): Promise<StoredCrash> {
  const dumps = new Map<string, Buffer>();
  for (const name of Object.keys(report.dumps))
    dumps.set(name, await crashes.get(dumpKey(crashId, name)));
  return { rawCrash, dumpNames: await crashes.get(dumpNamesKey(crashId)), dumps };
}

async function expectNotStored(crashes: BlobStore, run: TestRun): Promise<undefined> {
  if (run.fakeAccepted.length === 0) throw new CheckSkip('no rule fake-accepted a report');
  for (const crashId of run.fakeAccepted) {
    for await (const { key } of crashes.list(rawCrashKey(crashId)))
      throw new CheckFailure(`${key} is stored, although a rule fake-accepted it`);
  }
  return undefined;
}

/**
 * Which reports a batch has, only its first id shows: it may have reports of the run if it is there now and was staged
 * during the run. Later batches have none, because the reports are stored by now.
 */
async function expectUnstaged(
  staging: BlobStore,
  run: TestRun,
  startedAt: Date,
): Promise<undefined> {
  if (run.acknowledged.length === 0) throw new CheckSkip('no report was acknowledged');
  const batches = new Set(await batchesOf(staging, startedAt));
  let left: string[] = [];
  await run.waitUntil(async () => {
    const staged = await batchesOf(staging, startedAt);
    left = [...(await envelopesOf(staging, run)), ...staged.filter((key) => batches.has(key))];
    return left.length === 0 || undefined;
  });
  if (left.length > 0)
    throw new CheckFailure(`${left.length} objects are still staged: ${left.join(', ')}`);
  return undefined;
}

async function envelopesOf(staging: BlobStore, run: TestRun): Promise<string[]> {
  const staged: string[] = [];
  for (const { crashId } of run.acknowledged)
    for await (const { key } of staging.list(stagedEnvelopeKey(crashId))) staged.push(key);
  return staged;
}

/** The clock of the store may be behind by this time. */
const clockDifferenceMs = 60_000;

async function batchesOf(staging: BlobStore, startedAt: Date): Promise<string[]> {
  const staged: string[] = [];
  for await (const { key, modifiedAt } of staging.list(stagedBatchFolder))
    if (modifiedAt.getTime() >= startedAt.getTime() - clockDifferenceMs) staged.push(key);
  return staged;
}
