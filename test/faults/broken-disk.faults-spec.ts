import { mkdir, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  aReport,
  canMountDisks,
  mountSmallDisk,
  type SmallDisk,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { CollectorProcess } from '../collector-process.js';

/** RFC 5424, as in all log lines. */
const errorSeverity = '"Severity":3';

/** Only the spool is on the broken disk: stores and queues go on working. */
const onBrokenDisk = canMountDisks() ? describe : describe.skip;

onBrokenDisk('a disk that fails below the spool (skipped where no tmpfs can be mounted)', () => {
  let directory: TemporaryDirectory;
  let disk: SmallDisk;
  let spool: string;
  let collector: CollectorProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    const mountPoint = join(directory.path, 'disk');
    await mkdir(mountPoint);
    disk = mountSmallDisk(mountPoint, '64m');
    spool = join(mountPoint, 'spool');
    collector = await CollectorProcess.at(join(directory.path, 'data'), {
      SPOOL_DIR: spool,
      SPOOL_MIN_FREE: '1MiB',
    });
    await collector.start();
  });

  afterEach(async () => {
    await collector.kill();
    disk.unmount();
    await directory.remove();
  });

  const faults: [string, (what: { breaks: boolean }) => Promise<void> | void][] = [
    ['is read-only', ({ breaks }) => (breaks ? disk.freeze() : disk.thaw())],
    [
      'has no inodes',
      async ({ breaks }) => disk.limitFiles(breaks ? await filesOn(spool) : 10_000),
    ],
  ];

  it.each(faults)(
    'that %s: not ready, one error in the log, and ready again by itself',
    async (_name, set) => {
      await acknowledged();
      await drained();
      await set({ breaks: true });
      for (let n = 0; n < 20; n += 1) expect(await status()).toBe(503);
      await waitFor(async () => (await readiness()) === 503);
      expect(linesOf('"message":"spool cannot be written')).toHaveLength(1);
      expect(linesOf(errorSeverity)).toHaveLength(1);

      await set({ breaks: false });
      await waitFor(async () => (await readiness()) === 200, { timeoutMs: 10_000 });
      await acknowledged();
      await collector.drained();
      expect(linesOf('spool can be written again')).toHaveLength(1);
      expect(linesOf(errorSeverity)).toHaveLength(1);
    },
  );

  it.each(faults)('that %s at the start: not ready, until it works again', async (_name, set) => {
    await collector.kill();
    await set({ breaks: true });
    await collector.start();
    expect(await readiness()).toBe(503);
    expect(await status()).toBe(503);
    expect(linesOf('"message":"spool cannot be written')).toHaveLength(1);

    await set({ breaks: false });
    await waitFor(async () => (await readiness()) === 200, { timeoutMs: 10_000 });
    await acknowledged();
    await collector.drained();
  });

  /** The spool lies outside of the data directory that the collector is asked about. */
  async function drained(): Promise<void> {
    await collector.drained();
    await waitFor(async () => (await readdir(join(spool, 'envelopes'))).length === 0);
  }

  async function readiness(): Promise<number> {
    return (await fetch(`${collector.address('ingest')}/health/ready`)).status;
  }

  async function status(): Promise<number> {
    return (await submit(collector.url, aReport().build())).status;
  }

  async function acknowledged(): Promise<void> {
    expect(await status()).toBe(200);
  }

  function linesOf(part: string): string[] {
    return collector.running.stdout.filter((line) => line.includes(part));
  }
});

async function filesOn(disk: string): Promise<number> {
  const { files, ffree } = await statfs(disk);
  return files - ffree;
}
