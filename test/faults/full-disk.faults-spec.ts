import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  canMountDisks,
  mountSmallDisk,
  type SmallDisk,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { CollectorProcess } from '../collector-process.js';
import { accountOf, noViolations } from './account.js';
import { Senders } from './sender.js';

/** Mounting needs root and Linux; without them nothing short of a spare disk can be filled for real. */
const onSmallDisk = canMountDisks() ? describe : describe.skip;

onSmallDisk('a disk that is full (skipped where no tmpfs can be mounted)', () => {
  let directory: TemporaryDirectory;
  let disk: SmallDisk;
  let collector: CollectorProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    disk = mountSmallDisk(directory.path, '24m');
    collector = await CollectorProcess.at(directory.path, {
      // Otherwise ingest refuses reports before a write fails.
      SPOOL_MIN_FREE: '0B',
      VISIBILITY_TIMEOUT: '3s',
      RETRY_MAX: '5s',
    });
    await collector.start();
  });

  afterEach(async () => {
    await collector.kill();
    disk.unmount();
    await directory.remove();
  });

  it('rejects reports with 503, and stores all acknowledged ones once there is space', async () => {
    await using senders = new Senders(4, collector.url, [150_000]);
    await waitFor(() => senders.answeredWith(503).length >= 50, { timeoutMs: 60_000 });
    await waitFor(async () => (await readiness()) === 503);
    const acknowledged = senders.acknowledged.length;

    disk.resize('400m');
    await waitFor(async () => (await readiness()) === 200, { timeoutMs: 30_000 });
    await waitFor(() => senders.acknowledged.length > acknowledged + 20, { timeoutMs: 30_000 });
    await senders.stop();
    await collector.drained();

    expect(acknowledged).toBeGreaterThan(10);
    expect(collector.running.stdout.filter((line) => line.includes('ENOSPC'))).not.toEqual([]);
    expect(senders.refusedOtherwise).toEqual([]);
    expect(senders.brokenBy).toEqual(new Map());
    expect(await accountOf(collector, senders)).toEqual(noViolations);
  });

  async function readiness(): Promise<number> {
    return (await fetch(`${collector.address('ingest')}/health/ready`)).status;
  }
});
