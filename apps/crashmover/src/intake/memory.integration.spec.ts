import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { interceptBlobStore } from '#antenna/testing';

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
});
