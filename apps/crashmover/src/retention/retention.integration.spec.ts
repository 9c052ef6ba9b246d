import { utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openDirectoryBlobStore, type BlobStore } from '#antenna/blob-store';
import { createCrashId, dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { StoredCrashes } from '#antenna/stored-crashes';
import {
  interceptBlobStore,
  recordingLogger,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';
import { removeExpired } from './remove-expired.js';

const now = new Date('2026-11-22T12:00:00Z');
const minidump = 'upload_file_minidump';

const crashIdOf = (at: string): string => createCrashId({ now: new Date(at), verdict: 'accept' });

/** A crash with the date of this time in its id, and stored then or at another time. */
async function store(
  { crashes, root }: { crashes: BlobStore; root: string },
  at: string,
  storedAt = at,
): Promise<string> {
  const crashId = crashIdOf(at);
  await crashes.put(dumpKey(crashId, minidump), Buffer.from('MDMP'));
  await crashes.put(dumpNamesKey(crashId), Buffer.from(JSON.stringify([minidump])));
  await crashes.put(rawCrashKey(crashId), Buffer.from('{}'));
  await utimes(join(root, rawCrashKey(crashId)), new Date(storedAt), new Date(storedAt));
  return crashId;
}

const keysOf = (crashId: string): string[] => [
  rawCrashKey(crashId),
  dumpNamesKey(crashId),
  dumpKey(crashId, minidump),
];

describe('the removal of old crashes from a directory', () => {
  let directory: TemporaryDirectory;
  let crashes: BlobStore;
  let target: { crashes: BlobStore; root: string };
  const logger = recordingLogger();

  beforeEach(async () => {
    directory = await temporaryDirectory();
    crashes = await openDirectoryBlobStore({ directory: directory.path });
    target = { crashes, root: directory.path };
    logger.lines.length = 0;
  });

  afterEach(() => directory.remove());

  async function remove(
    options: { days?: number; from?: BlobStore; signal?: AbortSignal } = {},
  ): Promise<void> {
    const { days = 1, from = crashes, signal = new AbortController().signal } = options;
    const stored = StoredCrashes.ofCollector(from, directory.path);
    await removeExpired(stored, { now, days, logger, signal });
  }

  const keysLeft = async (): Promise<string[]> =>
    (await Array.fromAsync(crashes.list(''))).map(({ key }) => key).toSorted();

  it('removes the days whose last moment is too old, the oldest first, and nothing else', async () => {
    for (const at of ['2026-11-20T23:59:59Z', '2026-11-20T00:00:00Z', '2025-01-01T00:00:00Z'])
      await store(target, at);
    const kept = [
      await store(target, '2026-11-21T00:00:00Z'),
      await store(target, '2026-11-22T00:00:00Z'),
      await store(target, '2027-01-01T00:00:00Z'),
    ];
    await remove({ days: 10_000 });
    expect(logger.lines).toEqual([]);
    await remove();
    expect(await keysLeft()).toEqual(kept.flatMap(keysOf).toSorted());
    expect(logger.lines).toEqual([
      {
        level: 'info',
        message: 'crashes of 20250101 removed: 1',
        fields: { date: '20250101', removed: 1, failed: 0 },
      },
      {
        level: 'info',
        message: 'crashes of 20261120 removed: 2',
        fields: { date: '20261120', removed: 2, failed: 0 },
      },
    ]);
    await remove();
    expect(logger.lines).toHaveLength(2);
  });

  it('keeps a crash that was stored lately, although its client chose an id with an old date', async () => {
    const old = '2020-01-01T00:00:00Z';
    const kept = await store(target, old, '2026-11-21T12:00:00Z');
    await store(target, old, '2026-11-21T11:59:59Z');
    await remove();
    expect(await keysLeft()).toEqual(keysOf(kept).toSorted());
    expect(logger.messages).toEqual(['crashes of 20200101 removed: 1']);
  });

  it('is continued where it was interrupted within a crash', async () => {
    const crashId = await store(target, '2026-11-20T00:00:00Z');
    const interrupted = interceptBlobStore(crashes, ({ operation, key }) => {
      if (operation === 'delete' && key === rawCrashKey(crashId)) throw new Error('killed');
    });
    await remove({ from: interrupted });
    expect(await keysLeft()).toEqual([rawCrashKey(crashId)]);
    await remove();
    expect(await keysLeft()).toEqual([]);
  });

  it('goes on with the others after a crash that cannot be removed', async () => {
    const ids = [];
    for (let count = 0; count < 3; count += 1)
      ids.push(await store(target, '2026-11-20T00:00:00Z'));
    const [first = ''] = ids.toSorted();
    const failing = interceptBlobStore(crashes, ({ operation, key }) => {
      if (operation === 'delete' && key === dumpKey(first, minidump)) throw new Error('disk error');
    });
    await remove({ from: failing });
    expect(await keysLeft()).toEqual(keysOf(first).toSorted());
    expect(logger.lines).toMatchObject([
      {
        level: 'warn',
        message: 'crashes of 20261120 not removed: 1: disk error',
        fields: { removed: 2, failed: 1 },
      },
    ]);
  });

  it('finishes the crash in work when it is stopped', async () => {
    for (let count = 0; count < 3; count += 1) await store(target, '2026-11-20T00:00:00Z');
    const stopping = new AbortController();
    const stopped = interceptBlobStore(crashes, ({ operation }) => {
      if (operation === 'delete') stopping.abort();
    });
    await remove({ from: stopped, signal: stopping.signal });
    expect(await keysLeft()).toHaveLength(6);
  });
});

describe('crashmover with RETENTION', () => {
  let mover: CrashmoverUnderTest;

  beforeEach(async () => {
    mover = await CrashmoverUnderTest.create();
  });

  afterEach(() => mover.dispose());

  it('removes old crashes while it stores new ones, and stops', async () => {
    const old = await store(
      { crashes: mover.crashes, root: mover.crashDirectory },
      '2020-01-01T00:00:00Z',
    );
    const { crashId } = await mover.ship();
    const submitted = await mover.ship({
      submitted: { crashId: crashIdOf('2020-01-01T00:00:00Z'), at: new Date() },
    });
    await mover.start({ env: { RETENTION: '36500' } });
    await mover.intakeEmpty();
    await mover.stop();
    expect(await mover.keysOf(mover.crashes)).toEqual(expect.arrayContaining(keysOf(old)));
    await mover.start({ env: { RETENTION: '30' } });
    await waitFor(() => mover.logger.messages.includes('crashes of 20200101 removed: 1'));
    const keys = await mover.keysOf(mover.crashes);
    expect(keys).toContain(rawCrashKey(crashId));
    expect(keys).toContain(rawCrashKey(submitted.crashId));
    expect(keys).not.toContain(rawCrashKey(old));
  });

  it('removes none by default', async () => {
    const old = await store(
      { crashes: mover.crashes, root: mover.crashDirectory },
      '2020-01-01T00:00:00Z',
    );
    await mover.start();
    await mover.ship();
    await mover.intakeEmpty();
    expect(await mover.keysOf(mover.crashes)).toEqual(expect.arrayContaining(keysOf(old)));
  });
});
