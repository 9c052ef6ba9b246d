/** Crash Stats behind a gate with its policy of k8s/iam. */
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { openS3BlobStore } from '#antenna/blob-store';
import { createCrashId, dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { openSqsQueue } from '#antenna/message-queue';
import {
  aMinidump,
  type AwsStandIns,
  type RunningProcess,
  startAwsStandIns,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { AwsGate } from './aws-gate.js';
import { IamPolicy } from './iam-policy.js';

const main = resolve(import.meta.dirname, '../../dist/apps/crash-stats/src/main.js');
const policy = IamPolicy.ofComponent('crash-stats');
const secret = 'shared with the proxy';

let standIns: AwsStandIns;
let directory: TemporaryDirectory;
let gate: AwsGate;
let crashStats: RunningProcess;
let url: string;

beforeAll(async () => {
  standIns = await startAwsStandIns({
    buckets: ['antenna-crashes'],
    queues: ['antenna-processing'],
  });
  directory = await temporaryDirectory();
  gate = await AwsGate.before(standIns.connection.endpoint, policy);
  crashStats = await startProcess([main], {
    env: {
      BACKEND: 'aws',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_FORMAT: 'json',
      CRASH_BUCKET: 'antenna-crashes',
      S3_PATH_STYLE: 'true',
      CRASH_INDEX: join(directory.path, 'index.sqlite'),
      AUTH: 'proxy',
      AUTH_PROXY_SECRET: secret,
      AUTH_PROXY_NETWORKS: '127.0.0.0/8',
      OPERATOR_GROUPS: 'operators',
      ...standIns.environment,
      S3_ENDPOINT: gate.url,
      SQS_ENDPOINT: gate.url,
    },
  });
  const line = await crashStats.waitForLine('listening on', { timeoutMs: 30_000 });
  url = /http:\/\/[\w.:[\]]+/.exec(line)?.[0] ?? '';
});

afterAll(async () => {
  await crashStats.stop();
  await gate.close();
  await directory.remove();
  await standIns.stop();
});

const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
  await fetch(`${url}${path}`, {
    redirect: 'manual',
    ...init,
    headers: {
      'x-antenna-proxy-secret': secret,
      'x-forwarded-email': 'ada@example.org',
      'x-forwarded-groups': 'operators',
      origin: url,
      ...(init.method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
  });

it('Crash Stats is allowed what it does with a crash, with one that is missing, and for its health', async () => {
  const crashes = await openS3BlobStore({ ...standIns.connection, bucket: 'antenna-crashes' });
  const crashId = createCrashId({ now: new Date(), verdict: 'accept' });
  await crashes.put(dumpKey(crashId, 'upload_file_minidump'), aMinidump());
  await crashes.put(dumpNamesKey(crashId), Buffer.from('["upload_file_minidump"]'));
  await crashes.put(rawCrashKey(crashId), Buffer.from('{"ProductName":"Game"}'));

  // The index, a file, does not exist.
  const health = await (await ask('/__heartbeat__')).json();
  expect(health).toMatchObject({ checks: { crashes: 'ok', processing: 'ok' } });
  const answers = [
    await ask(`/crash/${crashId}`),
    await ask(`/crash/${crashId}/raw.json`),
    await ask(`/crash/${crashId}/dump/upload_file_minidump`),
    await ask(`/crash/${crashId}/process`, { method: 'POST' }),
    await ask(`/crash/${createCrashId({ now: new Date(), verdict: 'accept' })}`),
  ];

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 303, 404]);
  expect(gate.violations).toEqual([]);
  const queue = await openSqsQueue({ ...standIns.connection, queueName: 'antenna-processing' });
  const sent = await queue.receive({ max: 10, waitMs: 0, visibilityTimeoutMs: 60_000 });
  expect(sent.map(({ body }) => body)).toEqual([crashId]);
  await queue.close();
});

it('every action of its policy was needed, but for those of OpenSearch, and none writes', () => {
  const needed = new Set([...gate.calls.keys(), 's3:ListBucket', 'es:ESHttpPost']);
  expect([...needed].toSorted()).toEqual(policy.actions);
  const domain = 'arn:aws:es:us-east-1:1:domain/antenna';
  const may = (path: string): boolean =>
    policy.allows({ action: 'es:ESHttpPost', resource: `${domain}/${path}` });
  expect([may('antenna-crashes/_search'), may('_bulk'), may('antenna-crashes/_refresh')]).toEqual([
    true,
    false,
    false,
  ]);
});
