import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { openSqsQueue } from '#antenna/message-queue';
import type { RunningProcess } from '#antenna/testing';

import { antenna } from '../collector-process.js';
import { startAwsLocal } from './aws-local-process.js';

const patience = { timeoutMs: 30_000 };

let local: RunningProcess;
let url: string;
let endpoint: string;
let queueUrl: string;

beforeEach(async () => {
  local = await startAwsLocal({ RULES: 'mozilla', PROCESSOR: 'off' });
  const printed = async (label: string): Promise<string> =>
    /http:\S+/.exec(await local.waitForLine(label, patience))?.[0] ?? '';
  url = await printed('post crash reports to');
  endpoint = await printed('S3 and SQS  ');
  queueUrl = `${endpoint}/000000000000/antenna-processing`;
  await local.waitForLine('ruleset in use', patience);
});

afterEach(async () => void (await local.stop(patience)));

async function load(...args: string[]) {
  const sized = ['--url', url, '--mean', '100KB', '--p95', '300KB', '--distinct', '50'];
  const verified = ['--expect-stored', 's3://antenna-crashes', '--settle', '10s'];
  return await antenna(['load', ...sized, ...verified, ...args], {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'anybody',
    AWS_SECRET_ACCESS_KEY: 'anything',
    S3_ENDPOINT: endpoint,
    S3_PATH_STYLE: 'true',
  });
}

it('a load is verified in S3 and SQS; messages stay on the queue unless told otherwise', async () => {
  const queue = await openSqsQueue({
    queueUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'anybody', secretAccessKey: 'anything' },
  });
  const args = ['--rate', '20', '--count', '60', '--expect-published', queueUrl, '--json'];
  const kept = await load(...args);
  const { acknowledged, published, findings } = JSON.parse(kept.stdout).verification;
  expect({ findings, published }).toEqual({ findings: [], published: acknowledged });
  expect(acknowledged).toBeGreaterThan(10);
  expect(kept.code).toBe(0);
  expect(await queue.depth()).toMatchObject({ visible: acknowledged, inFlight: 0 });

  // Only the messages of this run are deleted.
  await load(...args, '--delete-published');
  expect(await queue.depth()).toMatchObject({ visible: acknowledged, inFlight: 0 });

  const [first] = await queue.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 0 });
  expect(first?.body).toMatch(/^[0-9a-f-]{36}$/);
  await queue.close();
}, 120_000);
