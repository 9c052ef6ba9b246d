/** Ingest with STARTUP_GATE on S3 and SQS: when it becomes ready, and what it says. */
import { resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openS3BlobStore } from '#antenna/blob-store';
import { rawCrashKey } from '#antenna/crash-report';
import { openSqsQueue } from '#antenna/message-queue';
import {
  aReport,
  type AwsStandIns,
  freePort,
  parsePrometheusText,
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
import { stagedObjects } from './staged-objects.js';

const patience = { timeoutMs: 30_000 };
const staging = 'antenna-staging';
const crashes = 'antenna-crashes';
const policies = {
  ingest: IamPolicy.ofComponent('ingest'),
  crashmover: IamPolicy.ofComponent('crashmover'),
};

let directory: TemporaryDirectory;
let standIns: AwsStandIns;
let gates: AwsGate[];
let services: Set<RunningProcess>;

beforeEach(async () => {
  directory = await temporaryDirectory();
  standIns = await startAwsStandIns({
    buckets: [staging, crashes],
    queues: ['antenna-intake', 'antenna-processing', 'antenna-intake-dead-letter'],
  });
  gates = [];
  services = new Set();
});

afterEach(async () => {
  await Promise.all([...services].map((service) => service.stop(patience)));
  for (const gate of gates) await gate.close();
  await standIns.stop();
  await directory.remove();
});

async function gateFor(policy: IamPolicy): Promise<AwsGate> {
  const gate = await AwsGate.before(standIns.connection.endpoint, policy);
  gates.push(gate);
  return gate;
}

interface Started {
  readonly url: string;
  readonly process: RunningProcess;
}

async function start(
  service: 'ingest' | 'crashmover',
  gate: AwsGate,
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const port = await freePort();
  const entry = resolve(import.meta.dirname, `../../dist/apps/${service}/src/main.js`);
  const process = await startProcess([entry], {
    env: {
      ...standIns.environment,
      BACKEND: 'aws',
      HOST: '127.0.0.1',
      PORT: String(port),
      S3_ENDPOINT: gate.url,
      S3_PATH_STYLE: 'true',
      SQS_ENDPOINT: gate.url,
      STAGING_BUCKET: staging,
      CRASH_BUCKET: crashes,
      SPOOL_DIR: `${directory.path}/spool`,
      LOG_FORMAT: 'json',
      DRAIN_TIMEOUT: '1s',
      STARTUP_GATE: 'backends',
      ...env,
    },
  });
  services.add(process);
  await process.waitForLine('listening on', patience);
  return { url: `http://127.0.0.1:${port}`, process };
}

async function stop({ process }: Started): Promise<number | null> {
  services.delete(process);
  return (await process.stop(patience)).code;
}

async function readiness({ url }: Started): Promise<{ status: number; problem: string }> {
  const answer = await fetch(`${url}/health/ready`);
  const body = (await answer.json()) as { error: { startup_gate?: { message: string } } };
  return { status: answer.status, problem: body.error.startup_gate?.message ?? '' };
}

async function untilReady(ingest: Started): Promise<void> {
  await waitFor(async () => (await readiness(ingest)).status === 200, patience);
}

/** Waits until the failure is known; fails if ingest becomes ready first. */
async function problemOf(ingest: Started): Promise<string> {
  const found = await waitFor(async () => {
    const { status, problem } = await readiness(ingest);
    return (status === 200 || !problem.endsWith('no answer yet')) && { status, problem };
  }, patience);
  expect(found.status).toBe(503);
  return found.problem;
}

async function metric({ url }: Started, name: string, labels = {}): Promise<number | undefined> {
  const families = parsePrometheusText(await (await fetch(`${url}/metrics`)).text());
  const wanted = Object.entries(labels);
  return families
    .get(name)
    ?.samples.find((sample) => wanted.every(([key, value]) => sample.labels[key] === value))?.value;
}

const gateMetric = 'antenna_ingest_startup_gate';

async function isAlive({ url }: Started): Promise<boolean> {
  return (await fetch(`${url}/health/live`)).status === 200;
}

describe('ingest at its first start', () => {
  it('is not ready with a wrong bucket, accepts reports, and serves with an error after the timeout', async () => {
    const gate = await gateFor(policies.ingest);
    const wrong = { STAGING_BUCKET: 'antenna-stagin', STARTUP_GATE_TIMEOUT: '8s' };
    const ingest = await start('ingest', gate, wrong);

    expect(await problemOf(ingest)).toMatch(
      /cannot put v1\/envelope\/.* in bucket antenna-stagin:/,
    );
    expect(await isAlive(ingest)).toBe(true);
    expect((await submit(`${ingest.url}/submit`, aReport().build())).crashId).toBeDefined();

    await untilReady(ingest);
    const line = await ingest.process.waitForLine('startup gate: timed out', patience);
    expect(line).toContain('antenna-stagin:');
    expect(await metric(ingest, gateMetric)).toBe(1);
  }, 60_000);

  it('names the missing permission of its role, which the health checks do not find', async () => {
    const gate = await gateFor(policies.ingest.without('sqs:SendMessage'));
    const ingest = await start('ingest', gate, { STARTUP_GATE_TIMEOUT: '8s' });

    const missing = /cannot send to queue antenna-intake: AccessDenied.*needs sqs:SendMessage/;
    expect(await problemOf(ingest)).toMatch(missing);
    expect((await fetch(`${ingest.url}/__heartbeat__`)).status).toBe(200);

    await untilReady(ingest);
    expect(await ingest.process.waitForLine('startup gate: timed out', patience)).toMatch(missing);
    expect(await metric(ingest, gateMetric)).toBe(1);
  }, 60_000);

  it('becomes ready when S3 is back, and crashmover deletes the probe', async () => {
    const gate = await gateFor(policies.ingest);
    gate.s3Fault = 'refuse';
    const ingest = await start('ingest', gate);
    expect(await problemOf(ingest)).toContain('SlowDown');
    expect(await metric(ingest, gateMetric)).toBe(1);
    const { crashId = '' } = await submit(`${ingest.url}/submit`, aReport().build());

    gate.heal();
    await untilReady(ingest);
    expect(await metric(ingest, gateMetric)).toBe(0);

    const crashmover = await start('crashmover', await gateFor(policies.crashmover));
    const probes = async () =>
      await metric(crashmover, 'antenna_crashmover_outcomes_total', { outcome: 'probe' });
    await waitFor(async () => (await probes()) === 1, patience);
    const { connection } = standIns;
    const stored = await openS3BlobStore({ ...connection, bucket: crashes });
    await waitFor(() => stored.get(rawCrashKey(crashId)), patience);
    const rest = await openS3BlobStore({ ...connection, bucket: staging });
    await waitFor(async () => (await stagedObjects(rest)).length === 0, patience);
    const processing = await openSqsQueue({ ...connection, queueName: 'antenna-processing' });
    await waitFor(async () => (await processing.depth()).visible > 0, patience);
    expect((await processing.depth()).visible).toBe(1);
    await processing.close();
    expect(await stop(crashmover)).toBe(0);
  }, 90_000);

  it('tries again after the timeout, so that the alert ends when S3 is back', async () => {
    const gate = await gateFor(policies.ingest);
    gate.s3Fault = 'refuse';
    const ingest = await start('ingest', gate, { STARTUP_GATE_TIMEOUT: '1s' });
    await ingest.process.waitForLine('startup gate: timed out', patience);
    await untilReady(ingest);
    expect(await metric(ingest, gateMetric)).toBe(1);

    gate.heal();
    await waitFor(async () => (await metric(ingest, gateMetric)) === 0, patience);
  }, 60_000);

  it('ends cleanly while S3 hangs', async () => {
    const gate = await gateFor(policies.ingest);
    gate.s3Fault = 'hang';
    const ingest = await start('ingest', gate);
    expect((await readiness(ingest)).problem).toContain('no answer yet');
    expect(await stop(ingest)).toBe(0);
  }, 60_000);
});

describe('ingest at a restart', () => {
  it('is ready at once while S3 is down, unless its backends have changed', async () => {
    const gate = await gateFor(policies.ingest);
    const first = await start('ingest', gate);
    await untilReady(first);
    expect(await stop(first)).toBe(0);

    gate.s3Fault = 'refuse';
    const same = await start('ingest', gate);
    expect((await readiness(same)).status).toBe(200);
    expect(await stop(same)).toBe(0);

    const changed = await start('ingest', gate, { STAGING_PREFIX: 'other/' });
    expect((await readiness(changed)).status).toBe(503);
  }, 60_000);
});
