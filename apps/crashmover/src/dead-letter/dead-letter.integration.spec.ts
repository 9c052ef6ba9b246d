import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { stagedEnvelopeKey } from '#antenna/crash-report';
import { interceptQueue, waitFor } from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';
import { reportWith } from '../../test/staged-report.js';

let mover: CrashmoverUnderTest;

beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});

afterEach(() => mover.dispose());

/** Waits for a dead letter and asserts that it is the only one. */
async function deadLetter() {
  await waitFor(async () => (await mover.deadLetters.peek(1)).length > 0);
  await mover.intakeEmpty();
  const [message, ...more] = await mover.deadLetters.peek(10);
  expect(more).toEqual([]);
  return message;
}

describe('crashmover dead-letters after a few attempts', () => {
  it('a message with a damaged envelope, and keeps the envelope in staging', async () => {
    const report = reportWith({ dumps: { upload_file_minidump: Buffer.from('bytes of a dump') } });
    const envelope = Buffer.from(report.envelope);
    const key = stagedEnvelopeKey(report.crashId);
    envelope.write('B', envelope.indexOf('bytes of a dump'));
    await mover.staging.put(key, envelope);
    await mover.announce(report, { traceparent: 'kept' });
    await mover.start({ env: { RETRY_BASE: '10ms' } });

    expect(await deadLetter()).toMatchObject({
      body: expect.stringContaining(report.crashId),
      attributes: {
        traceparent: 'kept',
        crash_id: report.crashId,
        stage: 'verify',
        reason: 'damaged_envelope',
        attempts: '5',
      },
    });
    expect(await mover.staging.get(key)).toEqual(envelope);
    expect(await mover.keysOf(mover.crashes)).toEqual([]);
    expect(await mover.published()).toEqual([]);
  });

  it('a message whose envelope is missing', async () => {
    const report = reportWith();
    await mover.announce(report);
    await mover.start({ env: { RETRY_BASE: '10ms' } });

    expect((await deadLetter())?.attributes).toEqual({
      crash_id: report.crashId,
      stage: 'fetch',
      reason: 'envelope_missing',
      attempts: '5',
    });
  });

  it('not later than MAX_ATTEMPTS allows', async () => {
    await mover.announce(reportWith());
    await mover.start({ env: { RETRY_BASE: '10ms', MAX_ATTEMPTS: '2' } });

    expect((await deadLetter())?.attributes['attempts']).toBe('2');
  });
});

describe('crashmover dead-letters at the first delivery', () => {
  it('a message whose envelope belongs to another crash', async () => {
    const [one, other] = [reportWith(), reportWith()];
    await mover.staging.put(stagedEnvelopeKey(one.crashId), other.envelope);
    await mover.announce(one);
    await mover.start();

    const expected = { crash_id: one.crashId, stage: 'verify', reason: 'wrong_crash_id' };
    expect((await deadLetter())?.attributes).toMatchObject(expected);
    expect(await mover.keysOf(mover.crashes)).toEqual([]);
    expect(await mover.keysOf(mover.staging)).toEqual([stagedEnvelopeKey(one.crashId)]);
  });

  it.each([
    ['the key of another object', (id: string) => message(id, 'v1/raw_crash/20261122/x')],
    ['a key that leaves the store', (id: string) => message(id, '../../etc/passwd')],
    ['an invalid crash id', () => message('not-an-id', 'v1/envelope/20261122/not-an-id')],
    ['no JSON', () => 'CrashID=bp-1'],
  ])('a message whose body has %s', async (_, bodyFor) => {
    const { crashId, envelope } = reportWith();
    await mover.staging.put(stagedEnvelopeKey(crashId), envelope);
    const body = bodyFor(crashId);
    await mover.intake.send([{ body }]);
    await mover.start();

    expect(await deadLetter()).toMatchObject({
      body,
      attributes: {
        crash_id: 'unknown',
        stage: 'intake',
        reason: 'invalid_message',
        attempts: '1',
      },
    });
    expect(await mover.keysOf(mover.staging)).toEqual([stagedEnvelopeKey(crashId)]);
    expect(await mover.keysOf(mover.crashes)).toEqual([]);
  });
});

describe('the dead-letter service', () => {
  it('logs an error with crash id, stage, reason and attempts, and counts it in the metrics', async () => {
    const { crashId } = await announceMissing();
    await mover.start({ env: { RETRY_BASE: '10ms' } });
    await deadLetter();

    expect(mover.logger.lines).toContainEqual({
      level: 'error',
      message: `${crashId} dead-lettered`,
      fields: {
        crash_id: crashId,
        stage: 'fetch',
        reason: 'envelope_missing',
        attempts: 5,
        error: expect.objectContaining({ code: 'not_found' }),
      },
    });
    const { telemetry } = mover;
    const reason = 'envelope_missing';
    expect(await telemetry.value('antenna.crashmover.dead_lettered', { reason })).toBe(1);
    expect(await telemetry.value('antenna.crashmover.dead_letter.depth')).toBe(1);
    const outcome = 'dead_lettered';
    expect(await telemetry.value('antenna.crashmover.outcomes', { outcome })).toBe(1);
  });

  it('keeps the message on the intake queue while the dead-letter queue refuses it', async () => {
    let broken = true;
    let refused = 0;
    const deadLetters = interceptQueue(mover.deadLetters, (operation) => {
      if (!broken || operation !== 'send') return;
      refused += 1;
      throw new Error('no dead letters today');
    });
    const { crashId } = await announceMissing();
    await mover.start({
      adapters: { deadLetters },
      env: { VISIBILITY_TIMEOUT: '1s', RETRY_BASE: '10ms' },
    });
    await waitFor(() => refused > 0);

    expect(await mover.intake.peek(10)).toHaveLength(1);
    broken = false;
    expect((await deadLetter())?.attributes).toMatchObject({ crash_id: crashId, attempts: '6' });
  });

  it('does not hold up the crashes behind it', async () => {
    await announceMissing();
    const { crashId } = await mover.ship();
    await mover.start({ env: { CONCURRENCY: '1', RETRY_BASE: '10ms' } });
    await mover.intakeEmpty();

    expect(await mover.published()).toEqual([crashId]);
  });
});

async function announceMissing() {
  const report = reportWith();
  await mover.announce(report);
  return report;
}

function message(crashId: string, key: string): string {
  return JSON.stringify({ v: 1, crash_id: crashId, key, size: 10, throttle: 'accept' });
}
