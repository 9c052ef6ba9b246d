import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { parseIntakeMessage } from '#antenna/crash-report';
import {
  aReport,
  canMountDisks,
  mountSmallDisk,
  type TemporaryDirectory,
  temporaryDirectory,
  waitFor,
} from '#antenna/testing';

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

/** Uses the directory of the test, which may contain the spool of an earlier instance. */
async function start(options: IngestOptions = {}): Promise<void> {
  ingest = await startIngestInTest({ ...options, directory: directory.path });
}

async function acceptedIds(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(crashIdIn((await ingest.submit(aReport())).answer));
  return ids;
}

async function stagedIds(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of ingest.staging.list('v1/envelope/')) ids.push(key.slice(-36));
  return ids.toSorted();
}

/** All announced crash ids, including repeated ones. */
async function announcedIds(): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const messages = await ingest.intake.receive({
      max: 10,
      waitMs: 0,
      visibilityTimeoutMs: 60_000,
    });
    if (messages.length === 0) return ids.toSorted();
    ids.push(...messages.flatMap(({ body }) => idsIn(body)));
  }
}

function idsIn(body: string): string[] {
  return parseIntakeMessage(body).crashes.map(({ crashId }) => crashId);
}

async function failed(count: number): Promise<void> {
  await waitFor(async () => (await ingest.telemetry.value('antenna.shipper.failures')) >= count);
}

describe('the shipper', () => {
  it('stages and announces accepted reports, and then removes them', async () => {
    await start();
    const ids = (await acceptedIds(25)).toSorted();
    await ingest.shipped();
    expect(await stagedIds()).toEqual(ids);
    expect(await announcedIds()).toEqual(ids);
    expect(await readdir(join(ingest.spool, 'envelopes'))).toEqual([]);
    expect(await ingest.telemetry.value('antenna.spool.bytes')).toBe(0);
  });

  it('keeps all reports while the staging store is down, and ships them afterwards', async () => {
    await start();
    ingest.staging.down = () => true;
    const ids = (await acceptedIds(12)).toSorted();
    await failed(3);
    expect(await readdir(join(ingest.spool, 'envelopes'))).toHaveLength(12);
    expect(await announcedIds()).toEqual([]);

    ingest.staging.down = () => false;
    await ingest.shipped();
    expect(await stagedIds()).toEqual(ids);
    expect(await announcedIds()).toEqual(ids);
  });

  it('keeps all reports while the intake queue is down, and announces each once afterwards', async () => {
    await start();
    ingest.intake.down = true;
    const ids = (await acceptedIds(3)).toSorted();
    await failed(2);
    expect(await readdir(join(ingest.spool, 'envelopes'))).toHaveLength(3);

    ingest.intake.down = false;
    await ingest.shipped();
    expect(await announcedIds()).toEqual(ids);
  });

  it('repeats only the messages of a batch that the queue refused', async () => {
    await start();
    const refused = new Set<string>();
    ingest.intake.refuses = (body) => {
      const [crashId = ''] = idsIn(body);
      if (refused.has(crashId)) return false;
      refused.add(crashId);
      return refused.size % 2 === 0;
    };
    const ids = (await acceptedIds(6)).toSorted();
    await ingest.shipped();
    expect(await announcedIds()).toEqual(ids);
    expect(ingest.intake.failures).toBe(3);
  });

  it('ships other envelopes while the store refuses one', async () => {
    await start();
    const [poisoned = ''] = await acceptedIds(1);
    await ingest.shipped();
    ingest.staging.down = (key) => key.endsWith(poisoned);
    await ingest.close();
    await writeFile(join(ingest.spool, 'envelopes', `${poisoned}.envelope`), anEnvelope(poisoned));

    await start({ prepare: ({ staging }) => (staging.down = (key) => key.endsWith(poisoned)) });
    await failed(1);
    const ids = await acceptedIds(15);
    await waitFor(async () => (await ingest.telemetry.value('antenna.spool.depth')) === 1);
    expect(await announcedIds()).toEqual([poisoned, ...ids].toSorted());

    ingest.staging.down = () => false;
    await ingest.shipped();
    expect(await announcedIds()).toEqual([poisoned]);
  });
});

describe('an envelope that can never be shipped', () => {
  const id = 'aaaaaaaa-cbbf-4589-a673-34f800160918';

  it('is moved to damaged/ and logged when its header is damaged, and does not delay others', async () => {
    await start();
    await ingest.close();
    const bytes = anEnvelope(id);
    bytes.write('damage', 10);
    await writeFile(join(ingest.spool, 'envelopes', `${id}.envelope`), bytes);

    await start();
    const [other] = await acceptedIds(1);
    await ingest.shipped();
    expect(await stagedIds()).toEqual([other]);
    expect(await readdir(join(ingest.spool, 'damaged'))).toEqual([`${id}.envelope`]);
    expect(await ingest.telemetry.value('antenna.spool.bytes')).toBe(0);
    expect(ingest.logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: `${id} cannot be shipped, moved to damaged/`,
      }),
    );
  });

  it('is logged and forgotten when its file is missing', async () => {
    await start();
    ingest.staging.down = () => true;
    const [gone = ''] = await acceptedIds(1);
    await failed(1);
    await rm(join(ingest.spool, 'envelopes', `${gone}.envelope`));
    ingest.staging.down = () => false;
    await ingest.shipped();
    expect(ingest.logger.messages).toContain(`${gone} cannot be shipped, moved to damaged/`);
    expect(await announcedIds()).toEqual([]);
  });
});

const onReadOnlyDisk = canMountDisks() ? describe : describe.skip;

onReadOnlyDisk(
  'an envelope on a disk that went read-only (skipped where none can be mounted)',
  () => {
    it('is shipped once, and removed when the disk can be written again', async () => {
      const mountPoint = join(directory.path, 'disk');
      await mkdir(mountPoint);
      const disk = mountSmallDisk(mountPoint, '16m');
      await start({ env: { SPOOL_DIR: join(mountPoint, 'spool') } });
      ingest.staging.down = () => {
        disk.freeze();
        return false;
      };
      const ids = await acceptedIds(1);
      await failed(2);
      expect(await announcedIds()).toEqual(ids);
      expect((await ingest.submit(aReport())).outcome).toBe('unavailable');
      disk.thaw();
      await ingest.shipped();
      expect(await announcedIds()).toEqual([]);
      expect(await readdir(join(mountPoint, 'spool', 'envelopes'))).toEqual([]);
      await ingest.service.close();
      disk.unmount();
    });
  },
);

describe('a stopping ingest', () => {
  it('ships the envelopes in the spool first', async () => {
    await start();
    let left = 7;
    ingest.staging.down = () => left-- > 0;
    const ids = (await acceptedIds(5)).toSorted();
    await ingest.service.close();
    expect(await stagedIds()).toEqual(ids);
    expect(await readdir(join(ingest.spool, 'envelopes'))).toEqual([]);
  });

  it('leaves unshipped envelopes to the next start and releases its spool after DRAIN_TIMEOUT', async () => {
    await start({ env: { DRAIN_TIMEOUT: '100ms' } });
    ingest.staging.down = () => true;
    const ids = (await acceptedIds(3)).toSorted();
    await ingest.close();
    expect(await readdir(join(ingest.spool, 'envelopes'))).toHaveLength(3);

    await start();
    await ingest.shipped();
    expect(await stagedIds()).toEqual(ids);
    expect(await announcedIds()).toEqual(ids);
  });
});
