/** The processor behind a gate with its policy of k8s/iam. */
import { resolve } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { type BlobStore, openS3BlobStore } from '#antenna/blob-store';
import { createCrashId, dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { openSqsQueue } from '#antenna/message-queue';
import { processedCrashKey, readProcessedCrash } from '#antenna/processed-crash';
import {
  aMinidump,
  type AwsStandIns,
  type RunningProcess,
  startAwsStandIns,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { AwsGate } from './aws-gate.js';
import { IamPolicy } from './iam-policy.js';

const main = resolve(import.meta.dirname, '../../dist/apps/processor/src/main.js');
const policy = IamPolicy.ofComponent('processor');

let standIns: AwsStandIns;
let directory: TemporaryDirectory;
let gate: AwsGate;
let processor: RunningProcess | undefined;
let crashes: BlobStore;

beforeAll(async () => {
  standIns = await startAwsStandIns({
    buckets: ['antenna-crashes'],
    queues: ['antenna-processing', 'antenna-processing-dead-letter'],
  });
  directory = await temporaryDirectory();
  gate = await AwsGate.before(standIns.connection.endpoint, policy);
  crashes = await openS3BlobStore({ ...standIns.connection, bucket: 'antenna-crashes' });
});

afterAll(async () => {
  await processor?.stop();
  await gate.close();
  await directory.remove();
  await standIns.stop();
});

it('the processor is allowed exactly what it does with a crash, an erased and a missing one, and a foreign message', async () => {
  const [stored, erased] = [await store(), await store()];
  // What erases a crash removes its raw crash first, here while its processed crash is stored.
  gate.onCall = async ({ action, resource }) => {
    if (action === 's3:PutObject' && resource.endsWith(processedCrashKey(erased)))
      await crashes.delete(rawCrashKey(erased));
    return 'pass';
  };
  const missing = createCrashId({ now: new Date(), verdict: 'accept' });
  const queue = await openSqsQueue({ ...standIns.connection, queueName: 'antenna-processing' });
  await queue.send([stored, erased, missing, 'no crash id'].map((body) => ({ body })));

  processor = await startProcess([main], {
    env: {
      BACKEND: 'aws',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_FORMAT: 'json',
      RETRY_BASE: '10ms',
      RETRY_MAX: '50ms',
      CRASH_BUCKET: 'antenna-crashes',
      S3_PATH_STYLE: 'true',
      SYMBOL_CACHE_DIR: `${directory.path}/symbols`,
      ...standIns.environment,
      S3_ENDPOINT: gate.url,
      SQS_ENDPOINT: gate.url,
    },
  });
  const letters = await openSqsQueue({
    ...standIns.connection,
    queueName: 'antenna-processing-dead-letter',
  });
  const isDone = async (): Promise<boolean> => {
    const [waiting, dead] = [await queue.depth(), await letters.depth()];
    return waiting.visible + waiting.inFlight === 0 && dead.visible === 2;
  };
  await waitFor(isDone, { timeoutMs: 60_000, describe: () => processor?.stdout.join('\n') ?? '' });

  expect((await readProcessedCrash(crashes, stored))?.crashing_thread).toBe(0);
  expect(await crashes.size(processedCrashKey(erased))).toBeUndefined();
  expect(gate.violations).toEqual([]);
  await queue.close();
  await letters.close();
});

it('every action of its policy was needed, and writes reach only processed crashes', () => {
  // Never called, but without it, S3 answers 403 instead of 404 for a missing object. The stand-in does not.
  const needed = [...gate.calls.keys(), 's3:ListBucket'];
  expect(needed.toSorted()).toEqual(policy.actions);
  const bucket = 'arn:aws:s3:::antenna-crashes';
  for (const action of ['s3:PutObject', 's3:DeleteObject']) {
    expect(policy.allows({ action, resource: `${bucket}/v1/processed_crash/x` })).toBe(true);
    expect(policy.allows({ action, resource: `${bucket}/v1/raw_crash/20261122/x` })).toBe(false);
    expect(policy.allows({ action, resource: `${bucket}/v1/dump/x` })).toBe(false);
  }
});

async function store(): Promise<string> {
  const crashId = createCrashId({ now: new Date(), verdict: 'accept' });
  await crashes.put(dumpKey(crashId, 'upload_file_minidump'), aMinidump());
  await crashes.put(dumpNamesKey(crashId), Buffer.from('["upload_file_minidump"]'));
  await crashes.put(rawCrashKey(crashId), Buffer.from('{"ProductName":"Game"}'));
  return crashId;
}
