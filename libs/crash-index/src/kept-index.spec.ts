import { randomFillSync } from 'node:crypto';
import { openSync, closeSync, writeSync, statSync } from 'node:fs';
import { mkdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobStore, BlobStoreError, openDirectoryBlobStore } from '#antenna/blob-store';
import type { ProcessedCrash } from '#antenna/processed-crash';
import { metricsForTests } from '#antenna/telemetry';
import {
  interceptBlobStore,
  recordingLogger,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aProcessedCrash, crashIdOf } from '../test/a-processed-crash.js';
import { CrashIndex } from './sqlite/crash-index.js';
import { KeptIndex } from './kept-index.js';
import { openCrashSearch } from './open-crash-search.js';

const prefix = 'v1/processed_crash/';

describe('the index that a processor keeps', () => {
  let directory: TemporaryDirectory;
  let store: BlobStore;
  let path: string;
  let kept: KeptIndex | undefined;
  const logger = recordingLogger();
  const recorded = metricsForTests();

  beforeEach(async () => {
    directory = await temporaryDirectory();
    store = await openDirectoryBlobStore({ directory: join(directory.path, 'crashes') });
    path = join(directory.path, 'index', 'crashes.sqlite');
    logger.lines.length = 0;
  });

  afterEach(async () => {
    await kept?.close();
    kept = undefined;
    await directory.remove();
  });

  function keep(from: BlobStore = store): KeptIndex {
    kept = new KeptIndex({
      path,
      store: from,
      logger,
      metrics: recorded.metrics,
      retryMs: 1,
    });
    return kept;
  }

  async function save(
    number: number,
    facts: Partial<ProcessedCrash> = {},
  ): Promise<ProcessedCrash> {
    const crash = aProcessedCrash(crashIdOf(number), facts);
    await store.put(prefix + crash.uuid, Buffer.from(JSON.stringify(crash)));
    return crash;
  }

  /** By number; undefined while there is no complete index. */
  async function indexed(): Promise<Record<string, string> | undefined> {
    const index = await CrashIndex.openExisting(path, 'read');
    const search = openCrashSearch(path);
    try {
      if (!index.isComplete) return undefined;
      const entries = index.entries('', 1_000_000);
      const found: [string, string][] = [];
      for (const { crashId } of entries) {
        const facts = await search.find(crashId);
        found.push([String(Number(crashId.slice(0, 8))), facts?.signature ?? '']);
      }
      return Object.fromEntries(found);
    } finally {
      await search.close();
      index.close();
    }
  }

  async function untilIndexed(expected: Record<string, string>): Promise<void> {
    let found: Record<string, string> | undefined;
    await waitFor(
      async () => {
        found = await indexed();
        return JSON.stringify(found) === JSON.stringify(expected);
      },
      { describe: () => `${JSON.stringify(expected)}, not ${JSON.stringify(found)}` },
    );
  }

  it('has what was processed before, and what is processed then', async () => {
    await save(1, { signature: 'a' });
    await save(2, { signature: 'b' });
    const index = keep();
    await untilIndexed({ 1: 'a', 2: 'b' });
    await index.put(await save(3, { signature: 'c' }));
    await index.put(await save(1, { signature: 'again' }));
    expect(await indexed()).toEqual({ 1: 'again', 2: 'b', 3: 'c' });
    expect(logger.messages).toEqual(['the index of crashes has caught up: 2 added, 0 removed']);
  });

  it('learns at the start what was erased, processed again or stored while it was away', async () => {
    for (const number of [1, 2, 3, 4, 5]) await save(number, { signature: 'old' });
    keep();
    await untilIndexed({ 1: 'old', 2: 'old', 3: 'old', 4: 'old', 5: 'old' });
    await kept?.close();
    for (const number of [1, 3, 5]) await store.delete(prefix + crashIdOf(number));
    await save(2, { signature: 'new' });
    const later = new Date(Date.now() + 1000);
    await utimes(join(directory.path, 'crashes', prefix, crashIdOf(2)), later, later);
    await save(6, { signature: 'new' });
    keep();
    await untilIndexed({ 2: 'new', 4: 'old', 6: 'new' });
    expect(logger.messages.at(-1)).toBe('the index of crashes has caught up: 2 added, 3 removed');
  });

  it('reads nothing again that it knows', async () => {
    await save(1);
    keep();
    await untilIndexed({ 1: 'game::Level::load' });
    await kept?.close();
    const reads: string[] = [];
    const listed = Promise.withResolvers<void>();
    const watched = interceptBlobStore(store, ({ key }) => void reads.push(key));
    keep({
      ...watched,
      async *list(...args) {
        yield* store.list(...args);
        listed.resolve();
      },
    });
    await listed.promise;
    await kept?.close();
    expect(reads).toEqual([]);
    expect(logger.messages).toHaveLength(1);
  });

  it('leaves out what is not a processed crash', async () => {
    await save(1, { signature: 'a' });
    await store.put(prefix + crashIdOf(2), Buffer.from('damaged'));
    await store.put(`${prefix}no-crash-id`, Buffer.from('{}'));
    keep();
    await untilIndexed({ 1: 'a' });
    expect(logger.messages).toEqual(['the index of crashes has caught up: 1 added, 0 removed']);
  });

  it('has the crashes behind one that the store refuses to give, and tries again', async () => {
    for (const number of [1, 2, 3]) await save(number);
    let isRefused = true;
    let readings = 0;
    keep(
      interceptBlobStore(store, ({ operation, key }) => {
        if (operation !== 'get' || !isRefused) return;
        if (key === prefix + crashIdOf(3)) readings += 1;
        if (key === prefix + crashIdOf(2)) throw new BlobStoreError('access_denied', 'no');
      }),
    );
    await waitFor(() => readings > 0 && logger.messages.length > 0);
    expect(logger.messages[0]).toContain('no');
    isRefused = false;
    await waitFor(async () => Object.keys((await indexed()) ?? {}).length === 3);
  });

  it('tries again until the store can be read', async () => {
    await save(1, { signature: 'a' });
    let failures = 3;
    const failing = interceptBlobStore(store, ({ operation }) => {
      if (operation !== 'get' || failures === 0) return;
      failures -= 1;
      throw new BlobStoreError('unavailable', 'away');
    });
    const before = await recorded.value('antenna.index.failures', { operation: 'catch_up' });
    keep(failing);
    await untilIndexed({ 1: 'a' });
    expect(await recorded.value('antenna.index.failures', { operation: 'catch_up' })).toBe(
      before + 3,
    );
    expect(logger.messages).toEqual([
      'the index of crashes falls behind and will catch up: away',
      'the index of crashes has caught up: 1 added, 0 removed',
    ]);
  });

  it('never fails a put, and catches up, while another process locks the file', async () => {
    await save(1, { signature: 'a' });
    const index = keep();
    await untilIndexed({ 1: 'a' });
    const { DatabaseSync } = await import('node:sqlite');
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const before = await recorded.value('antenna.index.failures', { operation: 'put' });
    await index.put(await save(2, { signature: 'b' }));
    expect(await recorded.value('antenna.index.failures', { operation: 'put' })).toBe(before + 1);
    other.exec('COMMIT');
    other.close();
    await untilIndexed({ 1: 'a', 2: 'b' });
    expect(logger.messages).toContain(
      `the index of crashes falls behind and will catch up: crash index ${path}: database is locked`,
    );
  });

  it('rebuilds a file that is damaged inside, in use or at a start', async () => {
    for (let number = 0; number < 200; number += 1) await save(number, { signature: 'a' });
    const all = Object.fromEntries(Array.from({ length: 200 }, (_, number) => [number, 'a']));
    keep();
    await untilIndexed(all);
    await kept?.close();
    overwrite(path, 4096);
    keep();
    await waitFor(() => logger.messages.some((line) => line.includes('falls behind')));
    await untilIndexed(all);
    await kept?.close();
    await rm(path);
    keep();
    await untilIndexed(all);
    expect(await indexed()).toEqual(all);
  });

  it('makes the index again after its file was removed while it was in use', async () => {
    await save(1, { signature: 'a' });
    const index = keep();
    await untilIndexed({ 1: 'a' });
    for (const ending of ['', '-wal', '-shm']) await rm(path + ending, { force: true });
    await index.put(await save(2, { signature: 'b' }));
    await untilIndexed({ 1: 'a', 2: 'b' });
    expect(logger.messages).toContain(
      `the index of crashes falls behind and will catch up: crash index ${path}: the file was removed`,
    );
  });

  it('goes on where a directory is in the place of its file, until it is gone', async () => {
    await mkdir(path, { recursive: true });
    const index = keep();
    await index.put(await save(1, { signature: 'a' }));
    await waitFor(() => logger.messages.some((line) => line.includes('falls behind')));
    await rm(path, { recursive: true });
    await untilIndexed({ 1: 'a' });
    expect(await indexed()).toEqual({ 1: 'a' });
  });
});

/** Leaves the first bytes, so that the file can be opened. */
function overwrite(file: string, from: number): void {
  const handle = openSync(file, 'r+');
  const rest = Buffer.alloc(statSync(file).size - from);
  writeSync(handle, randomFillSync(rest), 0, rest.length, from);
  closeSync(handle);
}
