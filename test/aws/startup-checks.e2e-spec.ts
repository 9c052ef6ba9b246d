/** What ingest and crashmover say and do when they start before their buckets, queues and permissions are there. */
import { resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { rawCrashKey } from '#antenna/crash-report';
import { openS3BlobStore } from '#antenna/blob-store';
import {
  aReport,
  type AwsStandIns,
  freePort,
  type RunningProcess,
  startAwsStandIns,
  startProcess,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { AwsGate } from './aws-gate.js';
import { IamPolicy } from './iam-policy.js';

const patience = { timeoutMs: 30_000 };

let directory: TemporaryDirectory;
let standIns: AwsStandIns;
let gates: AwsGate[];
let services: RunningProcess[];

beforeEach(async () => {
  directory = await temporaryDirectory();
  standIns = await startAwsStandIns();
  gates = [];
  services = [];
});

afterEach(async () => {
  await Promise.all(services.map((service) => service.stop(patience)));
  for (const gate of gates) await gate.close();
  await standIns.stop();
  await directory.remove();
});

/** Behind its own gate; resolves with its address. */
async function start(
  service: 'ingest' | 'crashmover',
  fault: AwsGate['s3Fault'] = 'none',
): Promise<string> {
  const gate = await AwsGate.before(standIns.connection.endpoint, IamPolicy.ofComponent(service));
  gate.s3Fault = gate.sqsFault = fault;
  gates.push(gate);
  const port = await freePort();
  const started = await startProcess(
    [resolve(import.meta.dirname, `../../dist/apps/${service}/src/main.js`)],
    {
      env: {
        ...standIns.environment,
        BACKEND: 'aws',
        HOST: '127.0.0.1',
        PORT: String(port),
        S3_ENDPOINT: gate.url,
        S3_PATH_STYLE: 'true',
        SQS_ENDPOINT: gate.url,
        STAGING_BUCKET: 'antenna-staging',
        CRASH_BUCKET: 'antenna-crashes',
        SPOOL_DIR: `${directory.path}/spool`,
        LOG_FORMAT: 'json',
      },
    },
  );
  services.push(started);
  await started.waitForLine('listening on', patience);
  return `http://127.0.0.1:${port}`;
}

async function heartbeat(url: string): Promise<{ status: number; errors: string[] }> {
  const answer = await fetch(`${url}/__heartbeat__`);
  const { errors } = (await answer.json()) as { errors: string[] };
  return { status: answer.status, errors };
}

describe('services that start before their buckets and queues', () => {
  it('report which are missing; ingest accepts reports, which are moved once they exist', async () => {
    const ingest = await start('ingest');
    const crashmover = await start('crashmover');
    const { crashId = '' } = await submit(`${ingest}/submit`, aReport().build());

    expect((await fetch(`${ingest}/health/ready`)).status).toBe(200);
    expect(await heartbeat(ingest)).toEqual({
      status: 503,
      errors: [
        noBucket('staging', 'put health/antenna-writable', 'antenna-staging'),
        noQueue('intake', 'antenna-intake'),
      ],
    });
    expect(await heartbeat(crashmover)).toEqual({
      status: 503,
      errors: [
        noBucket('staging', 'get health/antenna-writable', 'antenna-staging'),
        noBucket('crashes', 'put health/antenna-writable', 'antenna-crashes'),
        noQueue('intake', 'antenna-intake'),
        noQueue('processing', 'antenna-processing'),
        noQueue('dead_letters', 'antenna-intake-dead-letter'),
      ],
    });
    for (const service of services) await service.waitForLine('health check of staging failed');

    for (const bucket of ['antenna-staging', 'antenna-crashes'])
      await standIns.createBucket(bucket);
    for (const queue of ['antenna-intake', 'antenna-processing', 'antenna-intake-dead-letter'])
      await standIns.createQueue(queue);
    const crashes = await openS3BlobStore({ ...standIns.connection, bucket: 'antenna-crashes' });
    await waitFor(() => crashes.get(rawCrashKey(crashId)), patience);
    expect(await heartbeat(ingest)).toEqual({ status: 200, errors: [] });
    expect(await heartbeat(crashmover)).toEqual({ status: 200, errors: [] });
  }, 60_000);
});

describe('services without their permissions', () => {
  it('report the missing permission and its resource', async () => {
    const ingest = await start('ingest', 'deny');
    const crashmover = await start('crashmover', 'deny');

    expect((await submit(`${ingest}/submit`, aReport().build())).crashId).toBeDefined();
    expect((await heartbeat(ingest)).errors).toEqual([
      lacks('staging', 'bucket antenna-staging', 's3:PutObject'),
      lacks('intake', 'queue antenna-intake', 'sqs:GetQueueUrl'),
    ]);
    expect((await heartbeat(crashmover)).errors).toEqual([
      lacks('staging', 'bucket antenna-staging', 's3:GetObject'),
      lacks('crashes', 'bucket antenna-crashes', 's3:PutObject'),
      lacks('intake', 'queue antenna-intake', 'sqs:GetQueueUrl'),
      lacks('processing', 'queue antenna-processing', 'sqs:GetQueueUrl'),
      lacks('dead_letters', 'queue antenna-intake-dead-letter', 'sqs:GetQueueUrl'),
    ]);
  }, 60_000);
});

function noBucket(name: string, call: string, bucket: string): unknown {
  return expect.stringMatching(`^${name}: cannot ${call} in bucket ${bucket}: NoSuchBucket`);
}

function noQueue(name: string, queue: string): unknown {
  return expect.stringMatching(
    `^${name}: cannot find queue ${queue}: .*(NonExistent|DoesNotExist)`,
  );
}

function lacks(name: string, where: string, permission: string): unknown {
  return expect.stringMatching(`^${name}: .* ${where}: AccessDenied .*needs ${permission}`);
}
