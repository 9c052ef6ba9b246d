import { utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { createCrashId, stagedBatchKey, stagedEnvelopeKey } from '#antenna/crash-report';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { type CheckResult, runCheck } from './check.js';
import { acceptableReports } from './marked-report.js';
import { storedChecks } from './stored.js';
import { TestRun } from './test-run.js';

const startedAt = new Date();
const newId = (): string => createCrashId({ now: startedAt, verdict: 'accept' });
const crashId = newId();
const batchKey = stagedBatchKey([newId(), crashId]);

let directory: TemporaryDirectory;
let staging: BlobStore;

beforeEach(async () => {
  directory = await temporaryDirectory();
  staging = await openDirectoryBlobStore({ directory: directory.path });
});
afterEach(() => directory.remove());

/** The check after one report was acknowledged, in a run whose time is over. */
async function unstaged(): Promise<CheckResult> {
  const source = { runId: 'run', now: startedAt, annotations: {}, randomBytes: Buffer.alloc };
  const [report] = acceptableReports(source);
  if (!report) throw new Error('there are no reports');
  const run = new TestRun('run', 0, () => 0, new AbortController().signal);
  run.acknowledge({ report, crashId, verdict: 'accept', traceId: '' });
  const deployment = { submitUrl: new URL('http://127.0.0.1'), staging, close: async () => {} };
  const check = storedChecks(deployment, [], run, startedAt).find(
    ({ name }) => name === 'unstaged',
  );
  if (!check) throw new Error('there is no such check');
  return await runCheck(check, () => 0);
}

describe('the check of the staging store', () => {
  it('passes if it has nothing of the run', async () => {
    await staging.put(stagedEnvelopeKey(newId()), Buffer.from('of another client'));
    expect(await unstaged()).toMatchObject({ status: 'ok' });
  });

  it.each([stagedEnvelopeKey(crashId), batchKey])('fails while it has %s', async (key) => {
    await staging.put(key, Buffer.from('staged'));
    expect(await unstaged()).toMatchObject({
      status: 'failed',
      message: `1 objects are still staged: ${key}`,
    });
  });

  it('ignores a batch that was staged before the run', async () => {
    await staging.put(batchKey, Buffer.from('staged'));
    const before = new Date(startedAt.getTime() - 3_600_000);
    await utimes(join(directory.path, batchKey), before, before);
    expect(await unstaged()).toMatchObject({ status: 'ok' });
  });
});
