import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { BlobStoreError } from '#antenna/blob-store';
import { processedCrashKey } from '#antenna/crash-report';
import { aMinidump, interceptBlobStore, interceptQueue, waitFor } from '#antenna/testing';

import { ProcessorUnderTest } from '../../test/processor-under-test.js';

let processor: ProcessorUnderTest;

beforeEach(async () => {
  processor = await ProcessorUnderTest.create();
});

afterEach(() => processor.dispose());

const dumps = { upload_file_minidump: aMinidump() };
const missing = '0bba1fcb-4b48-4f6c-8a38-000000261129';

describe('a message that cannot be processed', () => {
  it.each(['', 'x', '../../v1/raw_crash', `${missing}\n`, '{"v":1}', 'ä'.repeat(1000)])(
    'is dead-lettered at once if it is no crash id: %j',
    async (body) => {
      const crashId = await processor.storeAndPublish({ dumps });
      await processor.publish(body, { foreign: 'secret' });
      await processor.start();
      await processor.queueEmpty();

      expect(await processor.deadLetters.peek(10)).toMatchObject([
        {
          body,
          attributes: {
            crash_id: 'unknown',
            stage: 'intake',
            reason: 'invalid_message',
            attempts: '1',
          },
        },
      ]);
      expect(await processor.processed(crashId)).toMatchObject({ success: true });
      expect(JSON.stringify(processor.logger.lines)).not.toContain('raw_crash');
    },
  );

  it('is dead-lettered after a few attempts if the crash is not stored', async () => {
    await processor.publish(missing);
    await processor.start();
    await processor.queueEmpty();

    expect(await processor.deadLetters.peek(10)).toMatchObject([
      { body: missing, attributes: { reason: 'crash_missing', stage: 'read', attempts: '5' } },
    ]);
    const outcomes = ['retried', 'dead_lettered'].map(async (outcome) =>
      processor.telemetry.value('antenna.processor.outcomes', { outcome }),
    );
    expect(await Promise.all(outcomes)).toEqual([4, 1]);
  });

  it('is processed if the crash appears before the last attempt', async () => {
    const crashId = await processor.store({ dumps });
    let reads = 0;
    const crashes = interceptBlobStore(processor.crashes, ({ operation, key }) => {
      if (operation !== 'get' || !key.startsWith('v1/raw_crash/')) return;
      reads += 1;
      if (reads < 3) throw new BlobStoreError('not_found', 'not yet');
    });
    await processor.publish(crashId);
    await processor.start({ adapters: { crashes } });
    await processor.queueEmpty();

    expect(await processor.processed(crashId)).toMatchObject({ success: true });
    expect(await processor.deadLetters.peek(1)).toEqual([]);
  });

  it('is dead-lettered if the raw crash is not JSON', async () => {
    const crashId = await processor.store({ dumps });
    await processor.crashes.put(`v1/raw_crash/20${crashId.slice(-6)}/${crashId}`, Buffer.from('{'));
    await processor.publish(crashId);
    await processor.start();
    await processor.queueEmpty();

    expect(await processor.deadLetters.peek(10)).toMatchObject([
      { body: crashId, attributes: { reason: 'damaged', stage: 'read' } },
    ]);
  });
});

describe('a crash that ends the processor', () => {
  it('is processed without its stacks after MAX_ATTEMPTS deliveries', async () => {
    const crashId = await processor.storeAndPublish({ dumps });
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const [delivery] = await processor.processing.receive({
        max: 1,
        waitMs: 5000,
        visibilityTimeoutMs: 60_000,
      });
      await processor.processing.changeVisibility(delivery?.receipt ?? '', 0);
    }
    await processor.start({ env: { MAX_ATTEMPTS: '2' } });
    await processor.queueEmpty();

    expect(await processor.processed(crashId)).toMatchObject({
      success: false,
      mdsw_status_string: 'killed',
      signature: expect.stringContaining('EMPTY: no frames'),
    });
  });
});

describe('an outage of the crash store', () => {
  it('uses up no attempts, and processing resumes after it', async () => {
    const crashIds: string[] = [];
    for (let n = 0; n < 12; n += 1) crashIds.push(await processor.storeAndPublish({ dumps }));
    const state = { down: false, failedPuts: 0, checks: 0 };
    const crashes = interceptBlobStore(processor.crashes, ({ operation }) => {
      if (operation === 'put' && state.failedPuts === 0) state.down = true;
      if (!state.down) return;
      if (operation === 'put') state.failedPuts += 1;
      if (operation === 'check') state.checks += 1;
      throw new BlobStoreError('unavailable', 'the store is down');
    });
    const env = { MAX_ATTEMPTS: '2', CONCURRENCY: '2' };
    const { url } = await processor.start({ adapters: { crashes }, env });
    await waitFor(() => state.checks >= 6, { timeoutMs: 20_000 });

    expect((await fetch(`${url}/__heartbeat__`)).status).toBe(503);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(await processor.deadLetters.peek(1)).toEqual([]);
    state.down = false;
    await processor.queueEmpty();
    for (const crashId of crashIds)
      expect(await processor.processed(crashId)).toMatchObject({ mdsw_status_string: 'OK' });
    expect(await processor.deadLetters.peek(1)).toEqual([]);
  }, 60_000);
});

describe('an outage of the queue', () => {
  it('repeats a crash whose message could not be deleted', async () => {
    let refused = 0;
    const processing = interceptQueue(processor.processing, (operation) => {
      if (operation !== 'delete' || refused > 0) return;
      refused += 1;
      throw new Error('the queue is down');
    });
    const crashId = await processor.storeAndPublish({ dumps });
    await processor.start({ adapters: { processing }, env: { VISIBILITY_TIMEOUT: '1s' } });
    await waitFor(() => refused === 1);
    await processor.queueEmpty();

    expect(await processor.processed(crashId)).toMatchObject({ success: true });
  });
});

it('finishes the crash in flight when it is stopped, and leaves the others on the queue', async () => {
  const crashIds = [
    await processor.storeAndPublish({ dumps }),
    await processor.storeAndPublish({ dumps }),
  ];
  const { promise: mayPut, resolve: letPut } = Promise.withResolvers<void>();
  let puts = 0;
  const crashes = interceptBlobStore(processor.crashes, async ({ operation }) => {
    if (operation !== 'put') return;
    puts += 1;
    await mayPut;
  });
  await processor.start({ adapters: { crashes }, env: { CONCURRENCY: '1' } });
  await waitFor(() => puts === 1);
  const stopped = processor.stop();
  letPut();
  await stopped;

  const sizes = await Promise.all(
    crashIds.map(async (id) => await processor.crashes.size(processedCrashKey(id))),
  );
  expect(sizes.filter((size) => size !== undefined)).toHaveLength(1);
  expect(await processor.processing.peek(10)).toHaveLength(1);
});
