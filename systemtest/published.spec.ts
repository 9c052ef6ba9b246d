import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openDirectoryBlobStore } from '#antenna/blob-store';
import {
  type EmbeddedQueue,
  type EmbeddedQueues,
  openEmbeddedQueues,
} from '#antenna/message-queue';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { type CheckResult, runCheck } from './check.js';
import type { Deployment, QueueUse } from './deployment.js';
import { acceptableReports, type MarkedReport } from './marked-report.js';
import { publishedCheck } from './published.js';
import { TestRun } from './test-run.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';

let directory: TemporaryDirectory;
let queues: EmbeddedQueues;
let queue: EmbeddedQueue;

beforeEach(async () => {
  directory = await temporaryDirectory();
  queues = await openEmbeddedQueues({ directory: directory.path });
  queue = queues.queue('processing');
});
afterEach(async () => {
  await queues.close();
  await directory.remove();
});

function report(): MarkedReport {
  const source = { runId: 'run', now: new Date(), annotations: {}, randomBytes: Buffer.alloc };
  const [first] = acceptableReports(source);
  if (!first) throw new Error('there are no reports');
  return first;
}

/** The check after one report was acknowledged, in a run whose time is over. */
async function published(use: QueueUse, crashes?: Deployment['crashes']): Promise<CheckResult> {
  const run = new TestRun('run', 0, () => 0, new AbortController().signal);
  run.acknowledge({ report: report(), crashId, verdict: 'accept', traceId: '' });
  const deployment = {
    submitUrl: new URL('http://127.0.0.1:1/submit'),
    processing: { queue, use },
    crashes,
    close: async () => undefined,
  };
  return await runCheck(publishedCheck(deployment, run, 'delete'), () => 0);
}

describe('publishedCheck', () => {
  it('finds the id and deletes it', async () => {
    await queue.send([{ body: crashId }]);

    expect(await published('idle')).toMatchObject({ status: 'ok' });
    expect(await queue.peek(10)).toEqual([]);
  });

  it('takes a processed crash as published: its id was on the queue', async () => {
    const crashes = await openDirectoryBlobStore({ directory: join(directory.path, 'crashes') });
    await crashes.put(`v1/processed_crash/${crashId}`, Buffer.from('{}'));

    expect(await published('idle', crashes)).toMatchObject({ status: 'ok' });
  });

  it('does not search a queue with other messages', async () => {
    await queue.send([{ body: 'other' }, { body: crashId }]);

    expect(await published('idle')).toMatchObject({
      status: 'skipped',
      message: expect.stringContaining('--busy-queue'),
    });
    const received = (await queue.peek(10)).map(({ receiveCount }) => receiveCount);
    expect(received).toEqual([0, 0]);
  });

  it('does not search a queue with another reader', async () => {
    await queue.send([{ body: 'other' }]);
    await queue.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 60_000 });

    expect(await published('idle')).toMatchObject({ status: 'skipped' });
    expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 1 });
  });

  it('searches among other messages when that is allowed', async () => {
    await queue.send([{ body: 'other' }, { body: crashId }]);

    expect(await published('shared')).toMatchObject({ status: 'ok' });
    expect((await queue.peek(10)).map(({ body }) => body)).toEqual(['other']);
  });

  it('fails when the id does not arrive', async () => {
    expect(await published('idle')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining(crashId),
    });
  });
});
