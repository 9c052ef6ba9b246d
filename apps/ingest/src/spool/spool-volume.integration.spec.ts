import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  aReport,
  canMountDisks,
  mountSmallDisk,
  type SmallDisk,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';

type GaugeName = 'antenna.spool.bytes' | 'antenna.spool.capacity';

const MiB = 1024 ** 2;
const onSmallDisk = canMountDisks() ? describe : describe.skip;

/** As after an upgrade whose larger volume Kubernetes has refused. */
onSmallDisk('a spool whose capacity exceeds its volume (skipped where none can be mounted)', () => {
  let directory: TemporaryDirectory;
  let disk: SmallDisk;
  let mountPoint: string;
  let ingest: IngestInTest;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    mountPoint = join(directory.path, 'disk');
    await mkdir(mountPoint);
    disk = mountSmallDisk(mountPoint, '16m');
    ingest = await startIngestInTest({
      directory: directory.path,
      env: {
        SPOOL_DIR: join(mountPoint, 'spool'),
        SPOOL_CAPACITY: '40MiB',
        SPOOL_MIN_FREE: '2MiB',
        DRAIN_TIMEOUT: '0s',
      },
      prepare: ({ staging }) => (staging.down = () => true),
    });
  });

  afterEach(async () => {
    await ingest.close();
    disk.unmount();
    await directory.remove();
  });

  it('has the capacity of the volume without SPOOL_MIN_FREE, and names both in a warning', async () => {
    const capacity = await exported('antenna.spool.capacity');
    expect(capacity).toBeGreaterThan(13 * MiB);
    expect(capacity).toBeLessThanOrEqual(14 * MiB);
    expect(ingest.logger.lines).toContainEqual({
      level: 'warn',
      message: 'SPOOL_CAPACITY exceeds the volume; the spool uses what fits',
      fields: { spool_capacity: 40 * MiB, spool_min_free: 2 * MiB, volume: 16 * MiB },
    });
  });

  it('exceeds the share of AntennaSpoolFilling before it refuses reports', async () => {
    const report = aReport().withDump('m', Buffer.alloc(MiB, 'd'));
    const shares: number[] = [];
    while ((await ingest.submit(report)).outcome === 'accepted') {
      const bytes = await exported('antenna.spool.bytes');
      shares.push(bytes / (await exported('antenna.spool.capacity')));
    }
    expect(shares.length).toBeGreaterThan(10);
    expect(Math.max(...shares)).toBeGreaterThan(0.85);
    expect((await fetch(`${ingest.service.url}/health/ready`)).status).toBe(503);
  });

  it('has less capacity when other files take the space', async () => {
    await writeFile(join(mountPoint, 'other'), Buffer.alloc(6 * MiB));
    await waitFor(async () => (await exported('antenna.spool.capacity')) <= 8 * MiB);
    expect(await exported('antenna.spool.capacity')).toBeGreaterThan(7 * MiB);
  });

  it('grows with the volume without a restart, up to SPOOL_CAPACITY', async () => {
    disk.resize('32m');
    await waitFor(async () => (await exported('antenna.spool.capacity')) > 29 * MiB);
    disk.resize('64m');
    await waitFor(async () => (await exported('antenna.spool.capacity')) === 40 * MiB);
    expect(ingest.logger.messages).toContain('SPOOL_CAPACITY fits into the volume again');
  });

  async function exported(name: GaugeName): Promise<number> {
    return await ingest.telemetry.value(name);
  }
});
