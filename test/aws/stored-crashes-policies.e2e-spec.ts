/** Those who look at and change stored crashes, behind a gate with their policies of k8s/iam. */
import { resolve } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { openS3BlobStore } from '#antenna/blob-store';
import { createCrashId, dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { type AwsStandIns, startAwsStandIns, startProcess } from '#antenna/testing';

import { AwsGate } from './aws-gate.js';
import { IamPolicy } from './iam-policy.js';

const main = resolve(import.meta.dirname, '../../dist/apps/cli/src/main.js');
const day = '20261118';
const because = ['--reason', 'a test'];

let standIns: AwsStandIns;
let gate: AwsGate | undefined;
let crashId: string;

beforeAll(async () => {
  standIns = await startAwsStandIns({ buckets: ['antenna-crashes'] });
});

afterAll(async () => {
  await gate?.close();
  await standIns.stop();
});

beforeEach(async () => {
  crashId = createCrashId({ now: new Date('2026-11-18T10:00:00Z'), verdict: 'accept' });
  const store = await openS3BlobStore({ ...standIns.connection, bucket: 'antenna-crashes' });
  await store.put(dumpKey(crashId, 'upload_file_minidump'), Buffer.from('MDMP'));
  await store.put(dumpNamesKey(crashId), Buffer.from('["upload_file_minidump"]'));
  const rawCrash = { ProductName: 'Firefox', URL: 'https://x/', uuid: crashId };
  await store.put(rawCrashKey(crashId), Buffer.from(JSON.stringify(rawCrash)));
});

async function gateOf(policy: string): Promise<AwsGate> {
  await gate?.close();
  gate = await AwsGate.before(standIns.connection.endpoint, IamPolicy.ofComponent(policy));
  return gate;
}

/** Runs a command line, which must succeed, and returns what it prints. */
async function antenna(...args: string[]): Promise<string> {
  const env = { ...standIns.environment, S3_ENDPOINT: gate?.url ?? '', S3_PATH_STYLE: 'true' };
  const command = await startProcess([main, ...args, '--stored', 's3://antenna-crashes'], { env });
  const { code } = await command.exit;
  const errors = command.stderr.filter((line) => line.includes('error'));
  expect({ args, code, errors }).toEqual({ args, code: 0, errors: [] });
  return command.stdout.join('\n');
}

describe('those who look at stored crashes', () => {
  it('need exactly k8s/iam/reader.json', async () => {
    const { violations, calls } = await gateOf('reader');
    expect(await antenna('crashes', 'ls', '--since', day, '--has', 'URL')).toContain(crashId);
    expect(await antenna('show', crashId, '--annotation', 'URL')).toBe('https://x/');
    expect(violations).toEqual([]);
    expect([...calls.keys()].toSorted()).toEqual(IamPolicy.ofComponent('reader').actions);
  });
});

describe('those who change and erase stored crashes', () => {
  it('need exactly k8s/iam/eraser.json', async () => {
    const { violations, calls } = await gateOf('eraser');
    const options = ['--date', day, '--product', 'Firefox', '--versions', ...because];
    expect(await antenna('crashes', 'remove-annotation', 'URL', ...options)).toBe(
      'removed annotations from 2 crashes of 2 examined',
    );
    expect(await antenna('show', crashId)).toContain('Removed URL from stored crash.');
    expect(await antenna('crashes', 'erase', '--id', crashId, '--versions', ...because)).toBe(
      'erased 1 crash of 1 examined',
    );
    expect(await antenna('crashes', 'ls', '--date', day)).not.toContain(crashId);
    expect(violations).toEqual([]);
    // The stand-in keeps no versions; the specs of the blob store delete some of versitygw.
    const neverCalled = 's3:DeleteObjectVersion';
    expect([...calls.keys(), neverCalled].toSorted()).toEqual(
      IamPolicy.ofComponent('eraser').actions,
    );
  });
});
