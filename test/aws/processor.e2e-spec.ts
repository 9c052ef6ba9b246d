import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type BlobStore, openS3BlobStore } from '#antenna/blob-store';
import { createCrashId, dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { type MessageQueue, openSqsQueue } from '#antenna/message-queue';
import { readProcessedCrash } from '#antenna/processed-crash';
import {
  aMinidump,
  type AwsStandIns,
  freePort,
  type RunningProcess,
  startAwsStandIns,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { processorEntry } from '../collector-process.js';
import { AwsGate } from './aws-gate.js';
import { IamPolicy } from './iam-policy.js';
import { deadLettersOf } from './outcomes.js';

const bucket = 'antenna-crashes';

describe('the processor on S3 and SQS, with its IAM policy', () => {
  let directory: TemporaryDirectory;
  let standIns: AwsStandIns;
  let gate: AwsGate;
  let processor: RunningProcess;
  let crashes: BlobStore;
  let processing: MessageQueue;
  let deadLetters: MessageQueue;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    const queues = ['antenna-processing', 'antenna-processing-dead-letter'];
    standIns = await startAwsStandIns({ buckets: [bucket], queues });
    const { connection } = standIns;
    gate = await AwsGate.before(connection.endpoint, IamPolicy.ofComponent('processor'));
    crashes = await openS3BlobStore({ ...connection, bucket });
    const [queue, deadLetterQueue] = queues.map(
      async (queueName) => await openSqsQueue({ ...connection, queueName }),
    ) as [Promise<MessageQueue>, Promise<MessageQueue>];
    processing = await queue;
    deadLetters = await deadLetterQueue;
    const env = {
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      BACKEND: 'aws',
      S3_ENDPOINT: gate.url,
      S3_PATH_STYLE: 'true',
      SQS_ENDPOINT: gate.url,
      AWS_REGION: connection.region,
      AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
      CRASH_BUCKET: bucket,
      SYMBOL_CACHE_DIR: join(directory.path, 'symbol-cache'),
      MAX_ATTEMPTS: '3',
      RETRY_BASE: '50ms',
      RETRY_MAX: '500ms',
      VISIBILITY_TIMEOUT: '5s',
    };
    processor = await startProcess([processorEntry], { env });
    await processor.waitForLine('listening on', { timeoutMs: 30_000 });
  });

  afterEach(async () => {
    processor.kill('SIGKILL');
    await processor.exit;
    await gate.close();
    await processing.close();
    await deadLetters.close();
    await standIns.stop();
    await directory.remove();
  });

  async function storeAndPublish(): Promise<string> {
    const crashId = createCrashId({ verdict: 'accept', now: new Date() });
    await crashes.put(dumpKey(crashId, 'upload_file_minidump'), aMinidump());
    await crashes.put(dumpNamesKey(crashId), Buffer.from('["upload_file_minidump"]'));
    await crashes.put(rawCrashKey(crashId), Buffer.from(JSON.stringify({ uuid: crashId })));
    await processing.send([{ body: crashId }]);
    return crashId;
  }

  const signatureOf = async (crashId: string): Promise<string | undefined> =>
    (await readProcessedCrash(crashes, crashId))?.signature;

  it('processes all crashes of an outage of S3 after it, with few attempts', async () => {
    const before = await storeAndPublish();
    await waitFor(async () => (await signatureOf(before)) === 'game@0x1234', { timeoutMs: 20_000 });
    gate.s3Fault = 'refuse';
    const crashIds: string[] = [];
    for (let n = 0; n < 20; n += 1) crashIds.push(await storeAndPublish());
    await waitFor(
      () => processor.stdout.filter((line) => line.includes('health check of crashes')).length > 3,
      { timeoutMs: 60_000 },
    );
    gate.heal();
    await waitFor(
      async () => {
        const signatures = await Promise.all(crashIds.map(signatureOf));
        return signatures.every((signature) => signature === 'game@0x1234');
      },
      { timeoutMs: 60_000 },
    );

    expect(await deadLettersOf(deadLetters)).toEqual([]);
    expect(gate.violations).toEqual([]);
  }, 180_000);

  it('dead-letters what is no crash id, and takes back what it made of an erased crash', async () => {
    const crashId = await storeAndPublish();
    await crashes.delete(rawCrashKey(crashId));
    await processing.send([{ body: 'not a crash id' }]);
    const letters = await waitFor(async () => {
      const found = await deadLettersOf(deadLetters);
      return found.length > 0 ? found : undefined;
    });

    expect(letters.map(({ reason }) => reason)).toContain('invalid_message');
    await waitFor(async () => (await signatureOf(crashId)) === undefined);
    expect(gate.violations).toEqual([]);
  });
});
