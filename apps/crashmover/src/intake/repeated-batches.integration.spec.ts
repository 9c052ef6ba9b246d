import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { BlobStoreError } from '#antenna/blob-store';
import { stagedEnvelopeKey } from '#antenna/crash-report';
import { interceptBlobStore, interceptQueue, waitFor } from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';
import type { StagedBatch } from '../../test/staged-report.js';

const five = Array.from({ length: 5 }, (_, n) => ({
  dumps: { upload_file_minidump: Buffer.from(`bytes of dump ${n}`) },
}));
const fast = { RETRY_BASE: '10ms', RETRY_MAX: '50ms' };

let mover: CrashmoverUnderTest;

beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});

afterEach(() => mover.dispose());

/** Ships a batch and receives it, as crashmovers did that died with it. */
async function batchOfTheDead(deaths: number): Promise<StagedBatch> {
  const batch = await mover.shipBatch(five);
  for (let death = 1; death <= deaths; death += 1) {
    const [message] = await mover.intake.receive({
      max: 1,
      waitMs: 5000,
      visibilityTimeoutMs: 1000,
    });
    expect(message?.receiveCount).toBe(death);
    await mover.intake.changeVisibility(message?.receipt ?? '', 0);
  }
  return batch;
}

/** The staging store, and the keys that are put into it. */
function recordedStaging() {
  const puts: string[] = [];
  const staging = interceptBlobStore(mover.staging, ({ operation, key }) => {
    if (operation === 'put') puts.push(key);
  });
  return { staging, puts };
}

const sortedPublished = async (): Promise<string[]> => (await mover.published()).toSorted();

describe('a batch that two crashmovers died with', () => {
  it('is split into its crashes before any of them is moved', async () => {
    const batch = await batchOfTheDead(2);
    const { staging, puts } = recordedStaging();
    const stored: number[] = [];
    const crashes = interceptBlobStore(mover.crashes, ({ operation }) => {
      if (operation === 'put') stored.push(puts.length);
    });
    const attempts: (string | undefined)[] = [];
    const intake = interceptQueue(mover.intake, () => undefined);
    const send: typeof intake.send = async (messages) => {
      attempts.push(...messages.map(({ attributes }) => attributes?.['attempts']));
      return await mover.intake.send(messages);
    };
    await mover.start({ adapters: { staging, crashes, intake: { ...intake, send } } });
    await mover.intakeEmpty();

    expect(puts.toSorted()).toEqual(batch.crashIds.map((id) => stagedEnvelopeKey(id)).toSorted());
    expect(Math.min(...stored)).toBe(5);
    expect(attempts).toEqual(['2', '2', '2', '2', '2']);
    expect(await sortedPublished()).toEqual(batch.crashIds.toSorted());
    expect(await mover.keysOf(mover.staging)).toEqual([]);
    expect(mover.logger.messages).toContain(`${batch.message.key} split into its crashes`);
    expect(await mover.deadLetters.peek(1)).toEqual([]);
  });

  it('is moved as usual while a backend is down', async () => {
    const batch = await batchOfTheDead(2);
    const { staging, puts } = recordedStaging();
    let checks = 0;
    const processing = interceptQueue(mover.processing, (operation) => {
      if (operation !== 'check') return;
      checks += 1;
      if (checks === 2) throw new BlobStoreError('unavailable', 'down on command');
    });
    await mover.start({ adapters: { staging, processing } });
    await mover.intakeEmpty();

    expect(checks).toBe(2);
    expect(puts).toEqual([]);
    expect(await sortedPublished()).toEqual(batch.crashIds.toSorted());
  });

  it('is read once more before it is replaced if it arrives damaged', async () => {
    const batch = await batchOfTheDead(2);
    let reads = 0;
    const staging = interceptBlobStore(mover.staging, () => undefined);
    const get = async (key: string): Promise<Buffer> => {
      const bytes = await mover.staging.get(key);
      if (key !== batch.message.key) return bytes;
      reads += 1;
      if (reads === 1) bytes.write('B', bytes.indexOf('bytes of dump 3'));
      return bytes;
    };
    await mover.start({ adapters: { staging: { ...staging, get } }, env: fast });
    await mover.intakeEmpty();

    expect(reads).toBe(2);
    expect(await sortedPublished()).toEqual(batch.crashIds.toSorted());
    expect(await mover.deadLetters.peek(1)).toEqual([]);
    expect(await mover.keysOf(mover.staging)).toEqual([]);
  });

  it('is delivered again if one crash cannot be split off, and the others are moved once', async () => {
    const batch = await batchOfTheDead(2);
    let refusals = 0;
    const staging = interceptBlobStore(mover.staging, ({ operation, key }) => {
      if (operation !== 'put' || key !== stagedEnvelopeKey(batch.crashIds[3] ?? '')) return;
      refusals += 1;
      if (refusals === 1) throw new BlobStoreError('unavailable', 'broken on command');
    });
    await mover.start({ adapters: { staging }, env: fast });
    await mover.intakeEmpty();

    expect(refusals).toBe(2);
    expect(await sortedPublished()).toEqual(batch.crashIds.toSorted());
    expect(await mover.keysOf(mover.staging)).toEqual([]);
  });
});

describe('a batch that one crashmover died with', () => {
  it('is moved as a whole', async () => {
    const batch = await batchOfTheDead(1);
    const { staging, puts } = recordedStaging();
    await mover.start({ adapters: { staging } });
    await mover.intakeEmpty();

    expect(puts).toEqual([]);
    expect(await sortedPublished()).toEqual(batch.crashIds.toSorted());
  });
});

describe('a batch whose object is too short', () => {
  it('loses only the crash at its end', async () => {
    const batch = await mover.shipBatch(five, { staged: ({ bytes }) => bytes.subarray(0, -10) });
    await mover.start({ env: fast });
    await waitFor(async () => (await mover.deadLetters.peek(1)).length > 0);
    await mover.intakeEmpty();

    const last = batch.crashIds.at(-1) ?? '';
    const others = batch.crashIds.slice(0, -1);
    expect(await sortedPublished()).toEqual(others.toSorted());
    const letters = await mover.deadLetters.peek(10);
    expect(letters.map(({ attributes }) => attributes)).toEqual([
      { crash_id: last, stage: 'verify', reason: 'damaged_envelope', attempts: '5' },
    ]);
    expect(await mover.keysOf(mover.staging)).toEqual([stagedEnvelopeKey(last)]);
  });
});

describe('a batch that takes longer than the visibility timeout', () => {
  it('keeps its message invisible to other crashmovers', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const puts: string[] = [];
    const crashes = interceptBlobStore(mover.crashes, async ({ operation, key }) => {
      if (operation !== 'put' || !key.startsWith('v1/raw_crash/')) return;
      puts.push(key);
      await released;
    });
    let renewals = 0;
    const intake = interceptQueue(mover.intake, (operation) => {
      if (operation !== 'changeVisibility') return;
      renewals += 1;
      mover.advanceQueueClock(300);
    });
    mover.advanceQueueClock(0);
    const batch = await mover.shipBatch(five);
    const env = { VISIBILITY_TIMEOUT: '1s' };
    for (const _ of ['first crashmover', 'second crashmover'])
      await mover.start({ adapters: { crashes, intake }, env });
    // By the fifth renewal, 1.5 s have passed on the clock of the queue: the first timeout has long expired.
    await waitFor(() => renewals >= 5);
    release();
    await mover.intakeEmpty();

    expect(puts).toHaveLength(5);
    expect(await sortedPublished()).toEqual(batch.crashIds.toSorted());
  });
});
