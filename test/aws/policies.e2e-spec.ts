/** Those who are no service, each behind a gate with its own policy of k8s/iam, on the buckets and queues of k8s/aws. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import {
  CreateQueueCommand,
  type CreateQueueCommandInput,
  GetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openS3BlobStore } from '#antenna/blob-store';
import {
  createCrashId,
  rawCrashKey,
  serializeIntakeMessage,
  singleCrashMessage,
  stagedEnvelopeKey,
} from '#antenna/crash-report';
import { openSqsQueue } from '#antenna/message-queue';
import {
  type AwsStandIns,
  freePort,
  type RunningProcess,
  startAwsStandIns,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { spoolOldEnvelope } from '../observability/spool-old-envelope.js';
import { checksThat, judgedBySystemtest, type SystemtestDocument } from '../systemtest-process.js';
import { AwsGate } from './aws-gate.js';
import { IamPolicy } from './iam-policy.js';

const root = resolve(import.meta.dirname, '../..');
const day = 86_400;

interface Lifecycle {
  readonly Rules: readonly [{ readonly Expiration: { readonly Days: number } }];
}

let standIns: AwsStandIns;
let environment: Record<string, string>;
const gates: AwsGate[] = [];

beforeAll(async () => {
  standIns = await startAwsStandIns({ buckets: ['antenna-staging', 'antenna-crashes'] });
  const client = new SQSClient(standIns.connection);
  // The intake queue comes last: it names the queue of its dead letters.
  for (const name of ['processing-dead-letter', 'processing', 'dead-letter', 'intake'])
    await client.send(new CreateQueueCommand(queueDefinition(name)));
  client.destroy();
  environment = {
    BACKEND: 'aws',
    HOST: '127.0.0.1',
    S3_PATH_STYLE: 'true',
    STAGING_BUCKET: 'antenna-staging',
    CRASH_BUCKET: 'antenna-crashes',
    ...standIns.environment,
    ...through(standIns.connection.endpoint),
  };
});

afterAll(async () => {
  for (const gate of gates) await gate.close();
  await standIns.stop();
});

describe('an operator with k8s/iam/operator.json', () => {
  it('is allowed exactly the requests of the command line', async () => {
    const gate = await gateOf('operator');
    const env = { ...environment, ...through(gate.url) };
    const antenna = async (...args: string[]): Promise<string> => {
      const command = await startProcess([`${root}/dist/apps/cli/src/main.js`, ...args], { env });
      const { code } = await command.exit;
      expect({
        args,
        code,
        errors: command.stderr.filter((line) => line.includes('error')),
      }).toEqual({ args, code: 0, errors: [] });
      return command.stdout.join('\n');
    };
    const crashId = await aDeadLetter();

    expect(await antenna('queue', 'ls')).toContain('antenna-intake-dead-letter');
    expect(await antenna('show', crashId)).toContain('no dumps');
    const spool = await temporaryDirectory();
    const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    const spooled = await spoolOldEnvelope(spool.path, trace);
    expect(await antenna('spool', 'ship', '--spool-dir', spool.path)).toBe('shipped 1');
    await spool.remove();
    expect(await receivedFrom('antenna-intake')).toEqual([expect.stringContaining(spooled)]);
    expect(await antenna('staging', 'ls')).toContain(crashId);
    expect(await antenna('dead-letter', 'ls')).toContain(crashId);
    expect(await antenna('dead-letter', 'show', crashId)).toContain('access_denied');
    await antenna('dead-letter', 'redrive', '--all');
    expect(await antenna('dead-letter', 'ls')).not.toContain(crashId);
    await antenna('republish', '--date', '20261122', '--confirm');
    const ofProcessor = ['--queue', 'processing'];
    const queue = await openQueue('antenna-processing-dead-letter');
    await queue.send([{ body: crashId, attributes: { crash_id: crashId, reason: 'timeout' } }]);
    await queue.close();
    expect(await antenna('dead-letter', 'show', crashId, ...ofProcessor)).toContain('timeout');
    await antenna('dead-letter', 'redrive', '--all', ...ofProcessor);

    expect(await receivedFrom('antenna-intake')).toEqual([expect.stringContaining(crashId)]);
    expect(await receivedFrom('antenna-processing')).toEqual([crashId, crashId]);
    expectJustEnough(gate, 'operator');
  });
});

describe('the system test with k8s/iam/systemtest.json', () => {
  let directory: TemporaryDirectory;
  let services: RunningProcess[];

  beforeAll(async () => {
    directory = await temporaryDirectory();
  });

  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await directory.remove();
  });

  it('is allowed all its checks and its clean-up', async () => {
    const port = String(await freePort());
    services = await Promise.all([
      start('crashmover', { PORT: String(await freePort()) }),
      start('ingest', { PORT: port, SPOOL_DIR: `${directory.path}/spool` }),
    ]);
    const gate = await gateOf('systemtest');
    const judged = async (options: { 'busy-queue'?: true }): Promise<SystemtestDocument> =>
      await judgedBySystemtest(
        {
          url: `http://127.0.0.1:${port}`,
          endpoint: gate.url,
          bucket: 'antenna-crashes',
          'staging-bucket': 'antenna-staging',
          queue: 'antenna-processing',
          ...options,
        },
        standIns.environment,
      );
    const alone = await judged({});
    expect(alone.checks).not.toEqual([]);
    expect(alone.checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(checksThat('ok', alone)).toEqual(expect.arrayContaining(['published', 'clean-up']));

    // What is not its own, it has to show again.
    const queue = await openQueue('antenna-processing');
    await queue.send([{ body: 'of somebody else' }]);
    await queue.close();
    const busy = await judged({ 'busy-queue': true });
    expect(checksThat('ok', busy)).toContain('published');
    expect(checksThat('failed', busy)).toEqual([]);
    expect(await receivedFrom('antenna-processing')).toEqual(['of somebody else']);
    expectJustEnough(gate, 'systemtest');
  });
});

describe('k8s/iam/keda.json', () => {
  it('allows the requests of the scaler, only for the queues that components take from', () => {
    const policy = IamPolicy.ofComponent('keda');
    const resource = 'arn:aws:sqs:us-east-1:1:antenna-intake';
    expect(policy.allows({ action: 'sqs:GetQueueAttributes', resource })).toBe(true);
    const processing = 'arn:aws:sqs:us-east-1:1:antenna-processing';
    expect(policy.allows({ action: 'sqs:GetQueueAttributes', resource: processing })).toBe(true);
    expect(policy.allows({ action: 'sqs:ReceiveMessage', resource })).toBe(false);
    expect(
      policy.allows({ action: 'sqs:GetQueueAttributes', resource: `${resource}-dead-letter` }),
    ).toBe(false);
  });
});

describe('k8s/aws', () => {
  it('keeps staged objects for as long as their messages live', () => {
    const retention = ['intake', 'dead-letter'].map((name) =>
      Number(queueDefinition(name).Attributes?.['MessageRetentionPeriod']),
    );
    const staged = (readJson('k8s/aws/staging-lifecycle.json') as Lifecycle).Rules[0].Expiration
      .Days;
    expect(staged * day).toBeGreaterThanOrEqual(retention.reduce((sum, one) => sum + one, 0));
  });

  it('expires crashes after 180 days', () => {
    const { Rules: rules } = readJson('k8s/aws/crashes-lifecycle.json') as Lifecycle;
    expect(rules.map(({ Expiration: { Days: days } }) => days)).toEqual([180]);
  });

  it('leaves dead-lettering to crashmover, which gives reasons', async () => {
    const client = new SQSClient(standIns.connection);
    const { Attributes: attributes } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: `${standIns.connection.endpoint}/000000000000/antenna-intake`,
        AttributeNames: ['RedrivePolicy', 'MessageRetentionPeriod'],
      }),
    );
    client.destroy();
    const { maxReceiveCount } = JSON.parse(attributes?.['RedrivePolicy'] ?? '{}') as {
      maxReceiveCount: number;
    };
    const maxAttempts = /`MAX_ATTEMPTS` \| `(\d+)`/.exec(read('docs/configuration.md'))?.[1];
    expect(maxReceiveCount).toBeGreaterThan(Number(maxAttempts));
    expect(attributes?.['MessageRetentionPeriod']).toBe(String(14 * day));
  });
});

async function gateOf(policy: string): Promise<AwsGate> {
  const gate = await AwsGate.before(standIns.connection.endpoint, IamPolicy.ofComponent(policy));
  gates.push(gate);
  return gate;
}

/** No call was refused, and every action of the policy was needed. */
function expectJustEnough(gate: AwsGate, policy: string): void {
  expect(gate.violations).toEqual([]);
  expect([...gate.calls.keys()].toSorted()).toEqual(IamPolicy.ofComponent(policy).actions);
}

function through(endpoint: string): Record<string, string> {
  return { S3_ENDPOINT: endpoint, SQS_ENDPOINT: endpoint };
}

async function start(service: string, settings: Record<string, string>): Promise<RunningProcess> {
  const process = await startProcess([`${root}/dist/apps/${service}/src/main.js`], {
    env: { ...environment, LOG_FORMAT: 'json', ...settings },
  });
  await process.waitForLine('listening on', { timeoutMs: 30_000 });
  return process;
}

/** A crash that crashmover gave up after it was stored: staged, stored, and with a dead letter. */
async function aDeadLetter(): Promise<string> {
  const crashId = createCrashId({ now: new Date('2026-11-22T10:00:00Z'), verdict: 'accept' });
  const staging = await openS3BlobStore({ ...standIns.connection, bucket: 'antenna-staging' });
  const crashes = await openS3BlobStore({ ...standIns.connection, bucket: 'antenna-crashes' });
  const key = stagedEnvelopeKey(crashId);
  await staging.put(key, Buffer.from('an envelope'));
  await crashes.put(rawCrashKey(crashId), Buffer.from('{}'));
  const queue = await openQueue('antenna-intake-dead-letter');
  const attributes = {
    crash_id: crashId,
    stage: 'publish',
    reason: 'access_denied',
    attempts: '10',
  };
  const message = singleCrashMessage({ crashId, key, size: 11, verdict: 'accept' });
  await queue.send([{ body: serializeIntakeMessage(message), attributes }]);
  await queue.close();
  return crashId;
}

/** Takes what is on the queue off it. */
async function receivedFrom(name: string): Promise<string[]> {
  const queue = await openQueue(name);
  const messages = await queue.receive({ max: 10, waitMs: 0, visibilityTimeoutMs: 60_000 });
  for (const { receipt } of messages) await queue.delete(receipt);
  await queue.close();
  return messages.map(({ body }) => body);
}

function openQueue(queueName: string): ReturnType<typeof openSqsQueue> {
  return openSqsQueue({ ...standIns.connection, queueName });
}

/** What `aws sqs create-queue --cli-input-json` is given, for the account of the stand-ins. */
function queueDefinition(name: string): CreateQueueCommandInput {
  const text = read(`k8s/aws/${name}-queue.json`).replace('111122223333', '000000000000');
  return JSON.parse(text) as CreateQueueCommandInput;
}

function readJson(path: string): unknown {
  return JSON.parse(read(path));
}

function read(path: string): string {
  return readFileSync(resolve(root, path), 'utf8');
}
