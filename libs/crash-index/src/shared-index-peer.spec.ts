import { join } from 'node:path';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { metricsForTests } from '#antenna/telemetry';
import {
  type OpenSearchPeer,
  openSearchPeer,
  recordingLogger,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aProcessedCrash, crashIdOf } from '../test/a-processed-crash.js';
import { OpenSearchCrashIndex } from './open-search/open-search-crash-index.js';
import { markPending } from './pending-crashes.js';
import { SharedIndex, type SharedIndexOptions } from './shared-index.js';

const processed = 'v1/processed_crash/';
const week = 7 * 24 * 60 * 60 * 1000;

const describeIfInstalled = openSearchPeer.isInstalled ? describe : describe.skip;

describeIfInstalled('the index that several processors write', () => {
  let peer: OpenSearchPeer;
  let directory: TemporaryDirectory;
  let store: BlobStore;
  let found: OpenSearchCrashIndex;
  let number = 0;
  const opened: SharedIndex[] = [];
  const logger = recordingLogger();

  beforeAll(async () => {
    peer = await openSearchPeer.start();
  }, 150_000);

  afterAll(async () => await peer.stop());

  beforeEach(async () => {
    directory = await temporaryDirectory();
    store = await openDirectoryBlobStore({ directory: join(directory.path, 'crashes') });
    number += 1;
    found = openIndex();
    logger.lines.length = 0;
  });

  afterEach(async () => {
    for (const index of opened.splice(0)) await index.close();
    await found.close();
    await directory.remove();
  });

  function openIndex(): OpenSearchCrashIndex {
    return new OpenSearchCrashIndex({ url: peer.url, prefix: `shared${number}` });
  }

  async function share(changed: Partial<SharedIndexOptions> = {}): Promise<SharedIndex> {
    const { metrics } = metricsForTests();
    const options = { store, keepMs: 100_000 * week, logger, metrics, retryMs: 1, ...changed };
    const index = new SharedIndex({ index: openIndex(), ...options });
    opened.push(index);
    return index;
  }

  async function save(id: number, signature: string, day = '2026-11-20') {
    const facts = { signature, submitted_timestamp: `${day}T12:00:00.000000+00:00` };
    const crash = aProcessedCrash(crashIdOf(id), facts);
    await store.put(processed + crash.uuid, Buffer.from(JSON.stringify(crash)));
    return crash;
  }

  async function markers(): Promise<string[]> {
    const keys = await Array.fromAsync(store.list('v1/index_pending/'));
    return keys.map(({ key }) => key);
  }

  async function signatureOf(id: number): Promise<string | undefined> {
    return (await found.find(crashIdOf(id)))?.signature;
  }

  async function until(check: () => Promise<boolean>): Promise<void> {
    await waitFor(check, { timeoutMs: 60_000, describe: () => logger.messages.join('\n') });
  }

  it('has what was put, and not what was removed, without markers', async () => {
    const index = await share();
    const saved = await Promise.all(Array.from({ length: 250 }, (_, id) => save(id, `s${id}`)));
    await Promise.all(saved.map(async (crash) => await index.put(crash)));
    await index.remove(crashIdOf(7));
    expect(await signatureOf(249)).toBe('s249');
    expect(await signatureOf(7)).toBeUndefined();
    expect(await markers()).toEqual([]);
    expect(logger.messages).toEqual([]);
  });

  it('gets everything that was processed, processed again or erased while it was away', async () => {
    const [one, other] = [await share(), await share()];
    for (const id of [1, 2, 3]) await one.put(await save(id, 'before'));
    await peer.pause();
    await one.put(await save(1, 'again'));
    await other.put(await save(1, 'and again'));
    await store.delete(processed + crashIdOf(2));
    await other.remove(crashIdOf(2));
    for (let id = 4; id < 124; id += 1) await one.put(await save(id, 'while away'));
    expect(await markers()).toHaveLength(123);
    await one.close();
    opened.shift();
    await peer.resume();
    await until(async () => (await markers()).length === 0);
    const saved = await save(3, 'after');
    await other.put(saved);
    await until(async () => (await markers()).length === 0);
    await until(async () => (await signatureOf(3)) === 'after');
    expect(await signatureOf(1)).toBe('and again');
    expect(await signatureOf(2)).toBeUndefined();
    for (let id = 4; id < 124; id += 1)
      expect([id, await signatureOf(id)]).toEqual([id, 'while away']);
    const ofAway = logger.messages.filter((line) => line.includes('is away'));
    expect(ofAway).toHaveLength(2);
    expect(logger.messages.some((line) => line.includes('has caught up'))).toBe(true);
  }, 150_000);

  it('handles the markers of a processor that has ended, and ignores foreign ones', async () => {
    await save(1, 'marked');
    await markPending(store, crashIdOf(1), 5);
    await markPending(store, crashIdOf(1), 6);
    await markPending(store, crashIdOf(2), 5);
    await store.put('v1/index_pending/foreign', Buffer.from('x'));
    await Promise.all([share(), share()]);
    await until(async () => (await markers()).length === 1);
    expect(await markers()).toEqual(['v1/index_pending/foreign']);
    await until(async () => (await signatureOf(1)) === 'marked');
    expect(await signatureOf(2)).toBeUndefined();
  });

  it('leaves out a crash that is refused, and no other', async () => {
    const [closed, open] = [await save(1, 'closed'), await save(2, 'open', '2026-11-27')];
    await (await share()).put(closed);
    await fetch(`${peer.url}/shared${number}-2026.47/_close`, { method: 'POST' });
    for (const { uuid } of [closed, open]) await markPending(store, uuid, 5);
    await share();
    await until(async () => (await markers()).length === 0);
    await until(async () => (await signatureOf(2)) === 'open');
    expect(logger.messages).toContainEqual(
      expect.stringMatching(
        /^00000001-\S* is left out of the index: .* status 400 index_closed_exception/,
      ),
    );
  });

  it('loses the indices of weeks that are older than it keeps', async () => {
    await (await share()).put(await save(1, 'old'));
    expect(await found.weeks()).toHaveLength(1);
    await share({ keepMs: week, now: () => Date.UTC(2026, 11, 1) });
    await until(async () => (await found.weeks()).length === 0);
    expect(logger.messages).toEqual([`deleted old indices: shared${number}-2026.47`]);
  });
});
