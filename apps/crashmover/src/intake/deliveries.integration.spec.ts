import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type BlobCall, interceptBlobStore, interceptQueue, waitFor } from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';

let mover: CrashmoverUnderTest;

beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});

afterEach(() => mover.dispose());

/** A crash store that records puts of raw crashes and blocks them until it is released. */
function countingCrashes() {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const puts: string[] = [];
  const crashes = interceptBlobStore(mover.crashes, async ({ operation, key }: BlobCall) => {
    if (operation !== 'put' || !key.startsWith('v1/raw_crash/')) return;
    puts.push(key);
    await released;
  });
  return { crashes, puts, release };
}

describe('a crash that is delivered twice', () => {
  it('is moved only once by one process', async () => {
    const report = await mover.ship();
    await mover.start();
    await mover.intakeEmpty();
    const stored = await storedBytes();
    await mover.announce(report);
    await mover.intakeEmpty();

    expect(await storedBytes()).toEqual(stored);
    expect(await mover.deadLetters.peek(1)).toEqual([]);
    expect(await mover.published()).toEqual([report.crashId]);
  });

  it('is stored identically and published again if its envelope is still in staging', async () => {
    const report = await mover.ship({ dumps: { upload_file_minidump: Buffer.from('MDMP') } });
    await mover.announce(report);
    await mover.announce(report);
    const { crashes, puts, release } = countingCrashes();
    await mover.start({ adapters: { crashes } });
    await waitFor(() => puts.length === 3);
    release();
    await mover.intakeEmpty();

    expect(await mover.keysOf(mover.crashes)).toHaveLength(3);
    expect(new Set(await mover.published())).toEqual(new Set([report.crashId]));
    expect(await mover.deadLetters.peek(1)).toEqual([]);
    expect(await mover.keysOf(mover.staging)).toEqual([]);
  });

  it('is not dead-lettered if the first delivery deletes its envelope meanwhile', async () => {
    let gone = false;
    const { promise: seenTwice, resolve: sawTwice } = Promise.withResolvers<void>();
    const staging = {
      ...interceptBlobStore(mover.staging, ({ operation }) => {
        if (gone && operation === 'get') sawTwice();
      }),
      delete: async (key: string) => {
        await mover.staging.delete(key);
        if (gone) return;
        gone = true;
        await mover.announce(report);
        await seenTwice;
      },
    };
    const report = await mover.ship();
    await mover.start({ adapters: { staging } });
    await waitFor(() => gone);
    await mover.intakeEmpty();

    expect(await mover.deadLetters.peek(1)).toEqual([]);
    expect(await mover.published()).toEqual([report.crashId]);
  });
});

describe('a save that takes longer than the visibility timeout', () => {
  it('keeps its message invisible to other crashmovers', async () => {
    const { crashes, puts, release } = countingCrashes();
    let renewals = 0;
    const intake = interceptQueue(mover.intake, (operation) => {
      if (operation !== 'changeVisibility') return;
      renewals += 1;
      mover.advanceQueueClock(300);
    });
    mover.advanceQueueClock(0);
    const { crashId } = await mover.ship();
    for (const _ of ['first crashmover', 'second crashmover'])
      await mover.start({ adapters: { crashes, intake }, env: { VISIBILITY_TIMEOUT: '1s' } });
    // By the fifth renewal, 1.5 s have passed on the clock of the queue: the first timeout has long expired.
    await waitFor(() => renewals >= 5);
    expect(puts).toHaveLength(1);
    release();
    await mover.intakeEmpty();

    expect(puts).toHaveLength(1);
    expect(await mover.published()).toEqual([crashId]);
  });
});

describe('a crash in flight in a crashmover that died', () => {
  it('is moved by another crashmover after the visibility timeout', async () => {
    const { crashId } = await mover.ship();
    await mover.intake.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 500 });
    await mover.start();
    await mover.intakeEmpty();

    expect(await mover.published()).toEqual([crashId]);
  });
});

async function storedBytes(): Promise<[key: string, bytes: Buffer][]> {
  const keys = await mover.keysOf(mover.crashes);
  return await Promise.all(
    keys.map(async (key) => [key, await mover.crashes.get(key)] as [string, Buffer]),
  );
}
