/** Those who look at, change and publish stored crashes, each behind a gate with its policy of k8s/iam. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type BlobStore, openS3BlobStore } from '#antenna/blob-store';
import { createCrashId, dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import {
  type AwsStandIns,
  startAwsStandIns,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { AwsGate } from './aws-gate.js';
import { IamPolicy } from './iam-policy.js';

const main = resolve(import.meta.dirname, '../../dist/apps/cli/src/main.js');
const day = ['--date', '20261118'];
const because = ['--reason', 'a test'];

const newId = (): string =>
  createCrashId({ now: new Date('2026-11-18T10:00:00Z'), verdict: 'accept' });
const line = (fields: object): string => `${JSON.stringify({ Fields: fields })}\n`;

let standIns: AwsStandIns;
let gate: AwsGate | undefined;
let directory: TemporaryDirectory;
let stores: BlobStore[];
let crashId: string;
let logs: string;

beforeAll(async () => {
  directory = await temporaryDirectory();
  standIns = await startAwsStandIns({
    buckets: ['antenna-crashes', 'antenna-staging'],
    queues: ['antenna-intake', 'antenna-processing', 'antenna-intake-dead-letter'],
  });
  const open = async (bucket: string): Promise<BlobStore> =>
    await openS3BlobStore({ ...standIns.connection, bucket });
  stores = [await open('antenna-crashes'), await open('antenna-staging')];
});

afterAll(async () => {
  await gate?.close();
  await standIns.stop();
  await directory.remove();
});

beforeEach(async () => {
  const [store] = stores;
  for await (const { key } of store?.list('') ?? []) await store?.delete(key);
  crashId = newId();
  await store?.put(dumpKey(crashId, 'upload_file_minidump'), Buffer.from('MDMP'));
  await store?.put(dumpNamesKey(crashId), Buffer.from('["upload_file_minidump"]'));
  const rawCrash = { ProductName: 'Firefox', URL: 'https://x/', uuid: crashId };
  await store?.put(rawCrashKey(crashId), Buffer.from(JSON.stringify(rawCrash)));
  await store?.put(`v1/processed_crash/${crashId}`, Buffer.from('{}'));
  logs = join(directory.path, 'log');
  const published = newId();
  await writeFile(
    logs,
    line({ outcome: 'accepted', crash_id: crashId }) +
      line({ message: `${published} published`, crash_id: published }),
  );
});

async function gateOf(policy: string): Promise<AwsGate> {
  await gate?.close();
  gate = await AwsGate.before(standIns.connection.endpoint, IamPolicy.ofComponent(policy));
  return gate;
}

async function run(args: readonly string[]): Promise<{ code: number | null; lines: string }> {
  const url = gate?.url ?? '';
  const env = {
    ...standIns.environment,
    BACKEND: 'aws',
    S3_ENDPOINT: url,
    SQS_ENDPOINT: url,
    S3_PATH_STYLE: 'true',
    CRASH_BUCKET: 'antenna-crashes',
    STAGING_BUCKET: 'antenna-staging',
  };
  const command = await startProcess([main, ...args], { env });
  const { code } = await command.exit;
  return { code, lines: command.lines.join('\n') };
}

const toLook = (): string[][] => [
  ['crashes', 'ls', ...day, '--has', 'URL'],
  ['show', crashId, '--dump', 'upload_file_minidump', '--output', join(directory.path, 'dump')],
  ['verify', ...day, '--processed', 's3://antenna-crashes'],
  ['crashes', 'remove-annotation', 'URL', ...day, ...because, '--dry-run'],
  ['crashes', 'erase', ...day, ...because, '--dry-run'],
];
const toChange = (): string[][] => [
  ['crashes', 'remove-annotation', 'URL', ...day, ...because, '--versions'],
  ['crashes', 'erase', '--id', crashId, ...because, '--versions'],
];
const toPublish = (): string[][] => [
  ['republish', ...day, '--product', 'Firefox', '--confirm'],
  ['verify', '--ids', logs, '--republish'],
];

interface Identity {
  readonly policy: string;
  readonly allowed: () => string[][];
  readonly refused: () => string[][];
  /** Actions of the policy that these commands do not use here. */
  readonly unused: readonly string[];
}

const identities: Identity[] = [
  {
    policy: 'reader',
    allowed: toLook,
    refused: () => [...toChange(), ...toPublish(), ['dead-letter', 'ls'], ['staging', 'ls']],
    unused: [],
  },
  {
    policy: 'eraser',
    allowed: toChange,
    refused: () => [...toPublish(), ['staging', 'ls']],
    // The stand-in keeps no versions; the specs of the blob store delete some of versitygw.
    unused: ['s3:DeleteObjectVersion'],
  },
  {
    policy: 'operator',
    allowed: toPublish,
    refused: toChange,
    // policies.e2e-spec.ts has the commands that use them.
    unused: [
      's3:PutObject',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:ReceiveMessage',
    ],
  },
];

/** The objects of all buckets with their bytes. */
async function stored(): Promise<Map<string, string>> {
  const objects = new Map<string, string>();
  for (const store of stores)
    for await (const { key } of store.list('')) objects.set(key, (await store.get(key)).toString());

  return objects;
}

describe.each(identities)('$policy.json', ({ policy, allowed, refused, unused }) => {
  it('allows exactly the requests of its commands', async () => {
    const { violations, calls } = await gateOf(policy);
    for (const args of allowed()) {
      const { code, lines } = await run(args);
      expect({ args, code, lines }).toMatchObject({ code: 0 });
    }
    expect(violations).toEqual([]);
    expect([...calls.keys(), ...unused].toSorted()).toEqual(IamPolicy.ofComponent(policy).actions);
  });

  it('refuses others, which name the missing permission and change nothing', async () => {
    const { violations } = await gateOf(policy);
    const before = await stored();
    for (const args of refused()) {
      violations.length = 0;
      const { code, lines } = await run(args);
      expect({ args, code, lines }).toEqual({
        args,
        code: 1,
        lines: expect.stringMatching(/error: cannot .*AccessDenied.*\(needs (s3|sqs):\w+/),
      });
      expect(violations).not.toEqual([]);
    }
    expect(await stored()).toEqual(before);
  });
});

it('reader.json lets show say that a crash is not stored, although staging cannot be listed', async () => {
  await gateOf('reader');
  const missing = newId();
  const { code, lines } = await run(['show', missing]);
  expect({ code, lines }).toEqual({
    code: 1,
    lines: expect.stringMatching(
      `^error: no crash ${missing} in bucket antenna-crashes; cannot list v1/envelope/.*AccessDenied`,
    ),
  });
});

it('operator.json allows the recipe of docs/operations.md, which reads a staged batch', () => {
  const policy = IamPolicy.ofComponent('operator');
  const read = (key: string): boolean =>
    policy.allows({ action: 's3:GetObject', resource: `arn:aws:s3:::antenna-staging/${key}` });
  expect([read('v1/batch/20261118/x'), read('v1/envelope/20261118/x')]).toEqual([true, false]);
});
