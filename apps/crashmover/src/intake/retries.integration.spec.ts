import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { BlobStoreError } from '#antenna/blob-store';
import { stagedEnvelopeKey } from '#antenna/crash-report';
import { type BlobCall, interceptBlobStore, waitFor } from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';
import { reportWith } from '../../test/staged-report.js';

let mover: CrashmoverUnderTest;

beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});

afterEach(() => mover.dispose());

/** A crash store that works, except for this crash. */
function crashesWithout(crashId: string) {
  return interceptBlobStore(mover.crashes, ({ operation, key }: BlobCall) => {
    if (operation === 'put' && key.endsWith(crashId))
      throw new BlobStoreError('unavailable', 'broken on command');
  });
}

describe('a crash that cannot be saved', () => {
  it('is retried with a growing delay', async () => {
    const { crashId } = await mover.ship();
    const env = { RETRY_BASE: '20ms', MAX_ATTEMPTS: '5' };
    await mover.start({ adapters: { crashes: crashesWithout(crashId) }, env });
    await mover.intakeEmpty();

    const retries = mover.logger.lines.filter(({ level }) => level === 'warn');
    expect(retries.map(({ message, fields }) => [message, fields])).toEqual(
      [1, 2, 3, 4].map((attempt) => [
        `${crashId} not moved yet`,
        {
          crash_id: crashId,
          stage: 'save',
          reason: 'unavailable',
          attempt,
          next_attempt_in_ms: expect.any(Number),
        },
      ]),
    );
    for (const [index, { fields }] of retries.entries()) {
      const longest = 20 * 2 ** index;
      const chosen = Number(fields['next_attempt_in_ms']);
      expect(chosen).toBeGreaterThanOrEqual(longest / 2);
      expect(chosen).toBeLessThanOrEqual(longest);
    }
    expect(await mover.telemetry.value('antenna.crashmover.retries')).toBe(4);
  });

  it('never waits longer than RETRY_MAX for its next attempt', async () => {
    const { crashId } = await mover.ship();
    const env = { RETRY_BASE: '20ms', RETRY_MAX: '30ms', MAX_ATTEMPTS: '4' };
    await mover.start({ adapters: { crashes: crashesWithout(crashId) }, env });
    await mover.intakeEmpty();

    const delays = mover.logger.lines.map(({ fields }) =>
      Number(fields['next_attempt_in_ms'] ?? 0),
    );
    expect(Math.max(...delays)).toBeGreaterThanOrEqual(15);
    expect(Math.max(...delays)).toBeLessThanOrEqual(30);
  });

  it('is dead-lettered after its last attempt and keeps its envelope in staging', async () => {
    const report = await mover.ship({}, { traceparent: 'kept' });
    const { crashId, envelope } = report;
    const env = { RETRY_BASE: '10ms', MAX_ATTEMPTS: '3' };
    await mover.start({ adapters: { crashes: crashesWithout(crashId) }, env });
    await mover.intakeEmpty();

    const [letter] = await mover.deadLetters.peek(10);
    expect(JSON.parse(letter?.body ?? '')).toMatchObject({ v: 1, crash_id: crashId });
    expect(letter?.attributes).toEqual({
      traceparent: 'kept',
      crash_id: crashId,
      stage: 'save',
      reason: 'unavailable',
      attempts: '3',
    });
    expect(await mover.staging.get(stagedEnvelopeKey(crashId))).toEqual(envelope);
    expect(await mover.published()).toEqual([]);
    expect(await mover.telemetry.value('antenna.crashmover.save_dropped')).toBe(1);
  });

  it('does not block other crashes', async () => {
    const bad = await mover.ship();
    const good = [await mover.ship(), await mover.ship(), await mover.ship()];
    const env = { RETRY_BASE: '10ms', MAX_ATTEMPTS: '3', CONCURRENCY: '1' };
    await mover.start({ adapters: { crashes: crashesWithout(bad.crashId) }, env });
    await mover.intakeEmpty();

    expect(await mover.published()).toEqual(good.map(({ crashId }) => crashId));
    expect(await mover.deadLetters.peek(10)).toHaveLength(1);
  });

  it('does not block hundreds of other crashes while it is retried', async () => {
    const bad = await mover.ship();
    const good: string[] = [];
    for (let n = 0; n < 300; n += 1) good.push((await mover.ship()).crashId);
    const env = { RETRY_BASE: '10ms', RETRY_MAX: '10ms', MAX_ATTEMPTS: '1000' };
    await mover.start({ adapters: { crashes: crashesWithout(bad.crashId) }, env });
    await waitFor(async () => (await mover.published()).length === good.length, {
      timeoutMs: 20_000,
    });
    expect(new Set(await mover.published())).toEqual(new Set(good));
    expect(await mover.telemetry.value('antenna.crashmover.retries')).toBeGreaterThan(0);
  });
});

const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length / 2);

describe('a crash is moved at a later attempt', () => {
  it.each([
    ['missing', 'envelope_missing', () => undefined],
    ['truncated', 'damaged_envelope', half],
    ['damaged', 'damaged_envelope', (bytes: Buffer) => Buffer.concat([half(bytes), half(bytes)])],
  ])('if its envelope was %s at the first', async (_, reason, firstAnswer) => {
    const report = reportWith({ dumps: { upload_file_minidump: Buffer.from('MDMP') } });
    const key = stagedEnvelopeKey(report.crashId);
    const bytes = firstAnswer(report.envelope);
    if (bytes) await mover.staging.put(key, bytes);
    await mover.announce(report);
    await mover.start({ env: { RETRY_BASE: '1s' } });
    await waitFor(() => mover.logger.messages.includes(`${report.crashId} not moved yet`));
    await mover.staging.put(key, report.envelope);
    await mover.intakeEmpty();

    expect(mover.logger.lines.find(({ level }) => level === 'warn')?.fields).toMatchObject({
      reason,
      attempt: 1,
    });
    expect(await mover.published()).toEqual([report.crashId]);
    expect(await mover.deadLetters.peek(1)).toEqual([]);
  });
});

describe('a staged envelope that cannot be deleted', () => {
  it('keeps its message until it is deleted, and the crash is not moved again', async () => {
    let refused = 0;
    const staging = interceptBlobStore(mover.staging, ({ operation }) => {
      if (operation === 'delete' && refused < 2) {
        refused += 1;
        throw new BlobStoreError('unavailable', 'broken on command');
      }
    });
    const { crashId } = await mover.ship();
    await mover.start({ adapters: { staging }, env: { RETRY_BASE: '10ms' } });
    await waitFor(() => refused === 2);
    await mover.intakeEmpty();

    expect(await mover.published()).toEqual([crashId]);
    expect(await mover.keysOf(mover.staging)).toEqual([]);
    expect(await mover.keysOf(mover.crashes)).toHaveLength(2);
    expect(await mover.deadLetters.peek(1)).toEqual([]);
  });
});

describe('a message of an unknown version', () => {
  it('is retried up to MAX_ATTEMPTS', async () => {
    await mover.intake.send([{ body: '{"v":3}' }]);
    await mover.start({ env: { RETRY_BASE: '10ms', RETRY_MAX: '50ms', MAX_ATTEMPTS: '7' } });
    await waitFor(async () => (await mover.deadLetters.peek(1)).length > 0);

    expect((await mover.deadLetters.peek(1))[0]).toMatchObject({
      body: '{"v":3}',
      attributes: { crash_id: 'unknown', reason: 'unknown_version', attempts: '7' },
    });
  });
});
