import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { BlobStoreError } from '#antenna/blob-store';
import { rawCrashKey, stagedEnvelopeKey } from '#antenna/crash-report';
import { interceptBlobStore, interceptQueue, waitFor } from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';
import { batchOf, reportWith, type StagedBatch } from '../../test/staged-report.js';

const ten = Array.from({ length: 10 }, (_, n) => ({
  dumps: { upload_file_minidump: Buffer.from(`bytes of dump ${n}`) },
}));
const third = 3;
const fast = { RETRY_BASE: '10ms', RETRY_MAX: '50ms' };

let mover: CrashmoverUnderTest;

beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});

afterEach(() => mover.dispose());

function withDamage({ bytes, message }: StagedBatch): Buffer {
  const damaged = Buffer.from(bytes);
  const start = message.crashes[third]?.offset ?? 0;
  damaged.write('B', damaged.indexOf('bytes of dump', start));
  return damaged;
}

const without = (ids: readonly string[], one: string | undefined): string[] =>
  ids.filter((id) => id !== one).toSorted();

const sortedPublished = async (): Promise<string[]> => (await mover.published()).toSorted();

describe('a batch of crashes', () => {
  it('is stored and published once each, and its object and message are deleted', async () => {
    const contents = [...ten, { verdict: 'defer' as const }];
    const calls: string[] = [];
    const staging = interceptBlobStore(mover.staging, ({ operation }) => {
      if (operation !== 'check') calls.push(operation);
    });
    const batch = await mover.shipBatch(contents);
    await mover.start({ adapters: { staging }, env: { CONCURRENCY: '3' } });
    await mover.intakeEmpty();

    expect(await sortedPublished()).toEqual(batch.crashIds.slice(0, 10).toSorted());
    for (const { crashId } of batch.reports)
      expect((await mover.crashes.get(rawCrashKey(crashId))).toString()).toContain(crashId);

    expect(calls.filter((call) => call === 'get' || call === 'delete')).toEqual(['get', 'delete']);
    expect(await mover.keysOf(mover.staging)).toEqual([]);
    const { value } = mover.telemetry;
    expect(await value('antenna.crashmover.outcomes', { outcome: 'published' })).toBe(10);
    expect(await value('antenna.crashmover.outcomes', { outcome: 'saved' })).toBe(1);
  });

  it('has at most CONCURRENCY crashes in work', async () => {
    const busy = new Set<string>();
    let most = 0;
    const crashes = interceptBlobStore(mover.crashes, ({ operation, key }) => {
      if (operation !== 'put') return;
      const crashId = key.slice(-36);
      if (key.startsWith('v1/raw_crash/')) busy.delete(crashId);
      else busy.add(crashId);
      most = Math.max(most, busy.size);
    });
    await mover.shipBatch(ten);
    await mover.shipBatch(ten);
    await mover.start({ adapters: { crashes }, env: { CONCURRENCY: '3' } });
    await mover.intakeEmpty();

    expect(await mover.published()).toHaveLength(20);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('passes the trace context of each crash on', async () => {
    const traces = ten.map((_, n) => ({
      traceparent: `00-0af7651916cd43dd8448eb211c80319${n}-b7ad6b7169203331-01`,
    }));
    const { crashIds } = await mover.shipBatch(ten, { traces });
    await mover.start();
    await mover.intakeEmpty();

    const sent = await mover.processing.peek(10);
    const expected = crashIds.map((body, n) => ({ body, attributes: traces[n] }));
    const published = sent.map(({ body, attributes }) => ({ body, attributes }));
    expect(published).toHaveLength(10);
    expect(published).toEqual(expect.arrayContaining(expected));
  });
});

describe('a damaged crash of a batch', () => {
  it('is dead-lettered alone; the others are published once, and the object is deleted', async () => {
    const batch = await mover.shipBatch(ten, { staged: withDamage });
    await mover.start({ env: fast });
    await waitFor(async () => (await mover.deadLetters.peek(1)).length > 0);
    await mover.intakeEmpty();

    const crashId = batch.crashIds[third] ?? '';
    expect(await sortedPublished()).toEqual(without(batch.crashIds, crashId));
    expect(await mover.keysOf(mover.staging)).toEqual([stagedEnvelopeKey(crashId)]);
    const [letter, ...more] = await mover.deadLetters.peek(10);
    expect(more).toEqual([]);
    expect(letter?.attributes).toMatchObject({
      crash_id: crashId,
      stage: 'verify',
      reason: 'damaged_envelope',
      attempts: '5',
    });
    // What a redrive does, after the object is fixed.
    await mover.staging.put(
      stagedEnvelopeKey(crashId),
      batch.reports[third]?.envelope ?? Buffer.of(),
    );
    await mover.intake.send([{ body: letter?.body ?? '' }]);
    await waitFor(async () => (await mover.published()).includes(crashId));
    await mover.intakeEmpty();
    expect(await mover.keysOf(mover.staging)).toEqual([]);
  });

  it('is moved if only the first read of the object was damaged', async () => {
    const batch = await mover.shipBatch(ten);
    let reads = 0;
    const staging = interceptBlobStore(mover.staging, () => undefined);
    const get = async (key: string): Promise<Buffer> => {
      const bytes = await mover.staging.get(key);
      reads += 1;
      return reads === 1 ? withDamage({ ...batch, bytes }) : bytes;
    };
    await mover.start({ adapters: { staging: { ...staging, get } }, env: fast });
    await mover.intakeEmpty();

    expect(await sortedPublished()).toEqual(batch.crashIds.toSorted());
    expect(await mover.deadLetters.peek(1)).toEqual([]);
    expect(await mover.keysOf(mover.staging)).toEqual([]);
  });

  it('that belongs to another id is dead-lettered alone at the first delivery', async () => {
    const batch = batchOf(ten.map(reportWith));
    const { crashes } = batch.message;
    const stranger = reportWith(ten[third]).envelope;
    await mover.staging.put(
      batch.message.key,
      Buffer.concat(batch.reports.map(({ envelope }, n) => (n === third ? stranger : envelope))),
    );
    await mover.announceBatch(batch);
    await mover.start();
    await mover.intakeEmpty();

    const crashId = crashes[third]?.crashId ?? '';
    const letters = await mover.deadLetters.peek(10);
    expect(letters.map(({ attributes }) => attributes)).toEqual([
      { crash_id: crashId, stage: 'verify', reason: 'wrong_crash_id', attempts: '1' },
    ]);
    expect(await mover.published()).toHaveLength(9);
    expect(await mover.staging.get(stagedEnvelopeKey(crashId))).toEqual(stranger);
    expect(await mover.keysOf(mover.staging)).toHaveLength(1);
  });
});

describe('a crash of a batch that cannot be saved', () => {
  it('is retried alone with its attempts, and dead-lettered after MAX_ATTEMPTS', async () => {
    const batch = await mover.shipBatch(ten);
    const crashId = batch.crashIds[third] ?? '';
    const crashes = interceptBlobStore(mover.crashes, ({ operation, key }) => {
      if (operation === 'put' && key.endsWith(crashId))
        throw new BlobStoreError('unavailable', 'broken on command');
    });
    await mover.start({ adapters: { crashes }, env: { ...fast, MAX_ATTEMPTS: '3' } });
    await waitFor(async () => (await mover.deadLetters.peek(1)).length > 0);
    await mover.intakeEmpty();

    expect(await sortedPublished()).toEqual(without(batch.crashIds, crashId));
    expect((await mover.deadLetters.peek(10)).map(({ attributes }) => attributes)).toEqual([
      { crash_id: crashId, stage: 'save', reason: 'unavailable', attempts: '3' },
    ]);
    const retries = mover.logger.lines.filter(({ fields }) => 'next_attempt_in_ms' in fields);
    expect(retries.map(({ fields }) => [fields['crash_id'], fields['attempt']])).toEqual([
      [crashId, 1],
      [crashId, 2],
    ]);
    expect(await mover.telemetry.value('antenna.crashmover.retries')).toBe(2);
    expect(await mover.staging.get(stagedEnvelopeKey(crashId))).toEqual(
      batch.reports[third]?.envelope,
    );
  });

  it.each(['staging', 'intake'] as const)(
    'is retried with its batch while %s refuses to take it alone; the others are not moved again',
    async (refusing) => {
      const batch = await mover.shipBatch(ten);
      const crashId = batch.crashIds[third] ?? '';
      let failures = 0;
      let refusals = 0;
      const refuse = (): void => {
        refusals += 1;
        if (refusals <= 2) throw new BlobStoreError('unavailable', 'broken on command');
      };
      const crashes = interceptBlobStore(mover.crashes, ({ operation, key }) => {
        if (operation !== 'put' || !key.endsWith(crashId) || failures >= 6) return;
        failures += 1;
        throw new BlobStoreError('unavailable', 'broken on command');
      });
      const staging = interceptBlobStore(mover.staging, ({ operation }) => {
        if (refusing === 'staging' && operation === 'put') refuse();
      });
      const intake = interceptQueue(mover.intake, (operation) => {
        if (refusing === 'intake' && operation === 'send') refuse();
      });
      await mover.start({ adapters: { crashes, staging, intake }, env: fast });
      await waitFor(async () => (await mover.published()).length >= 10);
      await mover.intakeEmpty();

      expect(refusals).toBeGreaterThan(2);
      expect(await sortedPublished()).toEqual(batch.crashIds.toSorted());
      expect(await mover.keysOf(mover.staging)).toEqual([]);
      expect(await mover.deadLetters.peek(1)).toEqual([]);
    },
  );
});

describe('a batch whose crashes all fail', () => {
  it('is retried as a whole, and uses up no attempts while the store is down', async () => {
    const batch = await mover.shipBatch(ten);
    let down = true;
    let checks = 0;
    const crashes = interceptBlobStore(mover.crashes, ({ operation }) => {
      if (operation === 'check') checks += 1;
      if (down && (operation === 'put' || checks > 1))
        throw new BlobStoreError('unavailable', 'the store is down');
    });
    const puts: string[] = [];
    const staging = interceptBlobStore(mover.staging, ({ operation, key }) => {
      if (operation === 'put') puts.push(key);
    });
    await mover.start({ adapters: { crashes, staging }, env: { ...fast, MAX_ATTEMPTS: '1' } });
    await waitFor(() => mover.logger.messages.some((line) => line.endsWith('not moved yet')));
    down = false;
    await mover.intakeEmpty();

    expect(await sortedPublished()).toEqual(batch.crashIds.toSorted());
    expect(puts).toEqual([]);
    expect(await mover.deadLetters.peek(1)).toEqual([]);
  });

  it('is dead-lettered crash by crash after its last attempt', async () => {
    const batch = await mover.shipBatch(ten);
    const crashes = interceptBlobStore(mover.crashes, ({ operation, key }) => {
      if (operation === 'put' && key.startsWith('v1/raw_crash/'))
        throw new BlobStoreError('unavailable', 'broken on command');
    });
    await mover.start({ adapters: { crashes }, env: { ...fast, MAX_ATTEMPTS: '2' } });
    await waitFor(async () => (await mover.deadLetters.peek(20)).length >= 10);
    await mover.intakeEmpty();

    const letters = await mover.deadLetters.peek(20);
    const ids = letters.map(({ attributes }) => attributes['crash_id'] ?? '');
    expect(ids.toSorted()).toEqual(batch.crashIds.toSorted());
    expect(await mover.keysOf(mover.staging)).toEqual(
      batch.crashIds.map((id) => stagedEnvelopeKey(id)).toSorted(),
    );
  });
});

describe('a batch whose object is missing', () => {
  it('is dead-lettered crash by crash, each as a message of its own', async () => {
    const batch = batchOf(ten.map(reportWith));
    await mover.announceBatch(batch);
    await mover.start({ env: fast });
    await waitFor(async () => (await mover.deadLetters.peek(20)).length >= 10);
    await mover.intakeEmpty();

    const letters = await mover.deadLetters.peek(20);
    expect(letters).toHaveLength(10);
    for (const { body, attributes } of letters) {
      const crashId = attributes['crash_id'] ?? '';
      const expected = { stage: 'fetch', reason: 'envelope_missing', attempts: '5' };
      expect(attributes).toEqual({ crash_id: crashId, ...expected });
      const key = stagedEnvelopeKey(crashId);
      expect(JSON.parse(body)).toMatchObject({ v: 1, crash_id: crashId, key });
    }
  });

  it('is done if this process moved its crashes', async () => {
    const batch = await mover.shipBatch(ten);
    await mover.start();
    await mover.intakeEmpty();
    await mover.announceBatch(batch);
    await mover.intakeEmpty();

    expect(await mover.published()).toHaveLength(10);
    expect(await mover.deadLetters.peek(1)).toEqual([]);
  });
});
