import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { interceptBlobStore, interceptQueue } from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';

let mover: CrashmoverUnderTest;

beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});

afterEach(() => mover.dispose());

describe('ENVELOPE_MEMORY', () => {
  it('limits the bytes of envelopes in flight and lets a larger envelope through alone', async () => {
    const sizes = new Map<string, number>();
    for (const size of [600_000, 300_000, 3_000_000, 600_000, 300_000, 600_000]) {
      const dumps = { upload_file_minidump: randomBytes(size) };
      const { crashId, envelope } = await mover.ship({ dumps });
      sizes.set(crashId, envelope.length);
    }
    const inFlight = new Set<string>();
    const seen: { bytes: number; count: number }[] = [];
    const staging = interceptBlobStore(mover.staging, ({ operation, key }) => {
      const crashId = key.slice(-36);
      if (operation === 'get') inFlight.add(crashId);
      if (operation === 'delete') inFlight.delete(crashId);
      const bytes = [...inFlight].reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
      seen.push({ bytes, count: inFlight.size });
    });
    await mover.start({ adapters: { staging }, env: { ENVELOPE_MEMORY: '1MiB' } });
    await mover.intakeEmpty();

    expect(await mover.published()).toHaveLength(6);
    const together = seen.filter(({ count }) => count > 1);
    expect(together.length).toBeGreaterThan(0);
    expect(Math.max(...together.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1024 * 1024);
    expect(Math.max(...seen.map(({ bytes }) => bytes))).toBeGreaterThan(3_000_000);
  });

  it('counts the bytes of whole batches, however many messages are received at once', async () => {
    const contents = Array.from({ length: 5 }, () => ({
      dumps: { upload_file_minidump: randomBytes(80_000) },
    }));
    const sizes = new Map<string, number>();
    for (let batch = 0; batch < 10; batch += 1) {
      const { message } = await mover.shipBatch(contents);
      sizes.set(message.key, message.size);
    }
    const inFlight = new Set<string>();
    const seen: number[] = [];
    const staging = interceptBlobStore(mover.staging, ({ operation, key }) => {
      if (operation === 'get') inFlight.add(key);
      if (operation === 'delete') inFlight.delete(key);
      seen.push([...inFlight].reduce((sum, one) => sum + (sizes.get(one) ?? 0), 0));
    });
    let mostReceived = 0;
    const intake = interceptQueue(mover.intake, () => undefined);
    const receive: typeof intake.receive = async (options) => {
      const messages = await mover.intake.receive(options);
      mostReceived = Math.max(mostReceived, messages.length);
      return messages;
    };
    await mover.start({
      adapters: { staging, intake: { ...intake, receive } },
      env: { ENVELOPE_MEMORY: '1MiB' },
    });
    await mover.intakeEmpty();

    expect(await mover.published()).toHaveLength(50);
    expect(mostReceived).toBe(10);
    expect(Math.max(...seen)).toBeGreaterThan(500_000);
    expect(Math.max(...seen)).toBeLessThanOrEqual(1024 * 1024);
  });
});
