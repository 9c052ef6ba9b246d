import { spawnSync } from 'node:child_process';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';

import { CollectorProcess } from '../collector-process.js';
import { accountOf, promisesKept } from './account.js';
import { Senders } from './sender.js';

/** Mounting needs root and Linux; without them nothing short of a spare disk can be filled for real. */
const onSmallDisk = canMount() ? describe : describe.skip;

onSmallDisk('a disk that is full (skipped where no tmpfs can be mounted)', () => {
  let directory: TemporaryDirectory;
  let collector: CollectorProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    mount('-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', directory.path);
    collector = await CollectorProcess.at(directory.path, {
      SPOOL_MIN_FREE: '2MiB',
      VISIBILITY_TIMEOUT: '3s',
      RETRY_MAX: '5s',
    });
    await collector.start();
  });

  afterEach(async () => {
    await collector.kill();
    run('umount', directory.path);
    await directory.remove();
  });

  it('turns reports away with 503, and stores all that it acknowledged once there is room', async () => {
    const senders = new Senders(4, collector.url, [150_000]);
    await waitFor(() => senders.answeredWith(503).length >= 50, { timeoutMs: 60_000 });
    await waitFor(async () => (await readiness()) === 503);
    const acknowledged = senders.acknowledged.length;

    mount('-o', 'remount,size=400m', directory.path);
    await waitFor(async () => (await readiness()) === 200, { timeoutMs: 30_000 });
    await waitFor(() => senders.acknowledged.length > acknowledged + 20, { timeoutMs: 30_000 });
    await senders.stop();
    await collector.drained();

    expect(acknowledged).toBeGreaterThan(10);
    expect(collector.running.stdout.filter((line) => line.includes('ENOSPC'))).not.toEqual([]);
    expect(senders.refusedOtherwise).toEqual([]);
    expect(senders.brokenBy).toEqual(new Map());
    expect(await accountOf(collector, senders)).toEqual(promisesKept);
  });

  async function readiness(): Promise<number> {
    return (await fetch(`${collector.address('ingest')}/health/ready`)).status;
  }
});

function canMount(): boolean {
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== 'linux' || !isRoot) return false;
  // A container may be root without the right to mount.
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

function mount(...args: string[]): void {
  run('mount', ...args);
}

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr?.toString()}`);
}
