import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type IntakeMessage, parseIntakeMessage, readEnvelope } from '#antenna/crash-report';
import { aReport, temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';

import { anEnvelope } from '../../test/an-envelope.js';
import {
  type IngestInTest,
  type IngestOptions,
  startIngestInTest,
} from '../../test/ingest-in-test.js';
import { crashIdIn } from '../../test/stored-report.js';

let directory: TemporaryDirectory;
let ingest: IngestInTest;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(async () => {
  await ingest.close();
  await directory.remove();
});

/** Starts ingest on a store where batches pay, like S3. */
async function start({ env = {}, prepare }: IngestOptions = {}): Promise<void> {
  ingest = await startIngestInTest({
    directory: directory.path,
    env: { SHIP_BATCH_COUNT: '4', ...env },
    prepare: (backing) => {
      backing.staging.prefersBatches = true;
      prepare?.(backing);
    },
  });
}

const idAt = (n: number): string => `${String(n).repeat(8)}-cbbf-4589-a673-34f800160918`;

const traceparent = (n: number): string => `00-${String(n).repeat(32)}-b7ad6b7169203331-01`;

/** Envelopes that an earlier process left in the spool, and that wait together. */
async function spooled(count: number): Promise<string[]> {
  const folder = join(directory.path, 'spool', 'envelopes');
  await mkdir(folder, { recursive: true });
  const ids = Array.from({ length: count }, (_, n) => idAt(n));
  for (const id of ids)
    await writeFile(join(folder, `${id}.envelope`), anEnvelope(id, Buffer.alloc(500, id)));
  return ids;
}

async function announced(): Promise<IntakeMessage[]> {
  const found: IntakeMessage[] = [];
  for (;;) {
    const messages = await ingest.intake.receive({
      max: 10,
      waitMs: 0,
      visibilityTimeoutMs: 60_000,
    });
    if (messages.length === 0) return found;
    found.push(...messages.map(({ body }) => parseIntakeMessage(body)));
  }
}

const idsOf = (messages: readonly IntakeMessage[]): string[] =>
  messages.flatMap(({ crashes }) => crashes.map(({ crashId }) => crashId)).toSorted();

async function stagedKeys(): Promise<string[]> {
  return (await Array.fromAsync(ingest.staging.list('v1/'))).map(({ key }) => key);
}

/** A report that arrives at a quiet time. Those that follow wait for each other. */
async function oneShippedAlone(): Promise<void> {
  const { answer } = await ingest.submit(aReport());
  await ingest.shipped();
  expect(idsOf(await announced())).toEqual([crashIdIn(answer)]);
  for (const key of await stagedKeys()) await ingest.staging.delete(key);
}

async function failures(count: number): Promise<void> {
  await waitFor(async () => (await ingest.telemetry.value('antenna.shipper.failures')) >= count);
}

async function expectWholeEnvelopes({ key, crashes, size }: IntakeMessage): Promise<void> {
  const object = await ingest.staging.get(key);
  expect(object.length).toBe(size);
  for (const { crashId, offset, size: length } of crashes) {
    const { header } = readEnvelope(object.subarray(offset, offset + length));
    expect(header.crashId).toBe(crashId);
  }
}

describe('the shipper, to a store where batches pay', () => {
  it('puts what waits together into one object with one message', async () => {
    const ids = await spooled(9);
    await start();
    await ingest.shipped();
    const messages = await announced();
    expect(messages.map(({ crashes }) => crashes.length)).toEqual(
      expect.arrayContaining([1, 4, 4]),
    );
    expect(messages).toHaveLength(3);
    expect(idsOf(messages)).toEqual(ids);
    expect(await stagedKeys()).toEqual(messages.map(({ key }) => key).toSorted());
    for (const message of messages) await expectWholeEnvelopes(message);
    expect(await ingest.telemetry.value('antenna.shipper.shipped')).toBe(9);
    expect(await readdir(join(ingest.spool, 'envelopes'))).toEqual([]);
  });

  it('keeps the trace context of each crash', async () => {
    await start({ env: { SHIP_LINGER: '10s', SHIP_BATCH_COUNT: '2' } });
    await oneShippedAlone();
    for (const n of [1, 2]) await ingest.submit(aReport(), { traceparent: traceparent(n) });
    await ingest.shipped();
    const [message] = await announced();
    expect(message?.crashes.map(({ trace }) => trace)).toEqual(
      [1, 2].map((n) => expect.objectContaining({ traceparent: traceparent(n) })),
    );
  });

  it('sets a damaged envelope aside and ships the others together', async () => {
    const [damaged = '', ...others] = await spooled(4);
    const bytes = anEnvelope(damaged);
    bytes.write('damage', 10);
    await writeFile(join(directory.path, 'spool', 'envelopes', `${damaged}.envelope`), bytes);
    await start();
    await ingest.shipped();
    const messages = await announced();
    expect(messages).toHaveLength(1);
    expect(idsOf(messages)).toEqual(others);
    expect(await readdir(join(ingest.spool, 'damaged'))).toEqual([`${damaged}.envelope`]);
  });

  it('stages the envelopes of a batch that the store refused each under its own key', async () => {
    const ids = await spooled(4);
    await start({
      prepare: ({ staging }) => (staging.down = (key) => /batch|-cbbf.*34f8/.test(key)),
    });
    await failures(4);
    ingest.staging.down = (key) => key.includes(`/${ids[2]}`);
    await waitFor(async () => (await ingest.telemetry.value('antenna.spool.depth')) === 1);
    const messages = await announced();
    expect(messages.map(({ crashes }) => crashes.length)).toEqual([1, 1, 1]);
    expect(idsOf(messages)).toEqual(ids.filter((id) => id !== ids[2]));
    ingest.staging.down = () => false;
    await ingest.shipped();
    expect(idsOf(await announced())).toEqual([ids[2]]);
  });

  it('sets an envelope aside that vanished while its batch was refused, and ships the others', async () => {
    const [gone = '', ...others] = await spooled(4);
    await start({ prepare: ({ staging }) => (staging.down = () => true) });
    await failures(4);
    await rm(join(ingest.spool, 'envelopes', `${gone}.envelope`));
    ingest.staging.down = () => false;
    await ingest.shipped();
    expect(idsOf(await announced())).toEqual(others);
    expect(ingest.logger.messages).toContain(`${gone} cannot be shipped, moved to damaged/`);
  });

  it('repeats only the message of a staged batch while the queue is down', async () => {
    const ids = await spooled(4);
    let puts = 0;
    await start({
      prepare: ({ staging, intake }) => {
        staging.down = () => (puts += 1) < 0;
        intake.down = true;
      },
    });
    await failures(8);
    expect(await readdir(join(ingest.spool, 'envelopes'))).toHaveLength(4);
    ingest.intake.down = false;
    await ingest.shipped();
    expect(puts).toBe(1);
    expect(await stagedKeys()).toHaveLength(1);
    const messages = await announced();
    expect(messages).toHaveLength(1);
    expect(idsOf(messages)).toEqual(ids);
  });

  it('stages a submitted id alone', async () => {
    const uuid = idAt(7);
    await start({
      env: { SHIP_LINGER: '10s', SHIP_BATCH_COUNT: '3', SUBMITTER_TOKEN: 'secret-token' },
    });
    await oneShippedAlone();
    const headers = { authorization: 'Bearer secret-token' };
    await ingest.submit(aReport().withAnnotation('uuid', uuid), headers);
    for (const _ of [1, 2]) await ingest.submit(aReport());
    await ingest.shipped();
    const keys = await stagedKeys();
    expect(keys).toEqual([
      expect.stringMatching(/^v1\/batch\//),
      expect.stringMatching(new RegExp(`^v1/envelope/20160918/${uuid}\\.\\d+$`)),
    ]);
  });

  it('ships what waits at once when ingest stops', async () => {
    await start({ env: { SHIP_LINGER: '10s', DRAIN_TIMEOUT: '5s' } });
    await oneShippedAlone();
    const ids = [];
    for (const _ of [1, 2, 3]) ids.push(crashIdIn((await ingest.submit(aReport())).answer));
    expect(await stagedKeys()).toEqual([]);
    await ingest.service.close();
    expect(await stagedKeys()).toHaveLength(1);
    expect(idsOf(await announced())).toEqual(ids.toSorted());
    expect(await readdir(join(ingest.spool, 'envelopes'))).toEqual([]);
  });

  it('ships envelopes larger than a batch alone', async () => {
    const folder = join(directory.path, 'spool', 'envelopes');
    const [first = '', ...others] = await spooled(4);
    await writeFile(join(folder, `${first}.envelope`), anEnvelope(first, Buffer.alloc(2 ** 20)));
    await start({ env: { SHIP_BATCH_BYTES: '1MiB' } });
    await ingest.shipped();
    const messages = await announced();
    expect(idsOf(messages)).toEqual([first, ...others]);
    expect(idsOf(messages.filter(({ crashes }) => crashes.length === 1))).toContain(first);
    for (const message of messages) await expectWholeEnvelopes(message);
  });
});
