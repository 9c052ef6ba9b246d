import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { type BlobStore, BlobStoreError, openDirectoryBlobStore } from '#antenna/blob-store';
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
import { OpenSearchCrashIndex } from './open-search/open-search-crash-index.js';
import { SharedIndex } from './shared-index.js';

const crash = aProcessedCrash(crashIdOf(1));

describe('the shared index, while OpenSearch is away', () => {
  let directory: TemporaryDirectory;
  let store: BlobStore;
  let index: SharedIndex | undefined;
  let server: Server | undefined;
  const sockets: Socket[] = [];
  const logger = recordingLogger();
  const recorded = metricsForTests();

  beforeEach(async () => {
    directory = await temporaryDirectory();
    store = await openDirectoryBlobStore({ directory: join(directory.path, 'crashes') });
    logger.lines.length = 0;
  });

  afterEach(async () => {
    await index?.close();
    for (const socket of sockets.splice(0)) socket.destroy();
    server?.close();
    await directory.remove();
  });

  async function share(url: string, markers: BlobStore = store): Promise<SharedIndex> {
    const found = new OpenSearchCrashIndex({ url, prefix: 'crashes', timeoutMs: 200 });
    const options = { keepMs: 1, logger, metrics: recorded.metrics, retryMs: 1 };
    index = new SharedIndex({ index: found, store: markers, ...options });
    return index;
  }

  async function markers(): Promise<string[]> {
    return (await Array.fromAsync(store.list('v1/index_pending/'))).map(({ key }) => key);
  }

  it('leaves a marker for each crash, counts them and warns once', async () => {
    const operation = { operation: 'put' };
    const before = await recorded.value('antenna.index.failures', operation);
    const shared = await share('http://127.0.0.1:1');
    await Promise.all(
      [1, 2, 3].map(async (id) => await shared.put(aProcessedCrash(crashIdOf(id)))),
    );
    await shared.remove(crashIdOf(4));
    const marked = (await markers()).map((key) => key.replace(/\.\d{13}$/, ''));
    expect(marked).toEqual([1, 2, 3, 4].map((id) => `v1/index_pending/${crashIdOf(id)}`));
    expect(await recorded.value('antenna.index.failures', operation)).toBe(before + 3);
    expect(logger.messages).toEqual([
      expect.stringMatching(
        /^the index of crashes is away; they wait in the crash store: crash index 127\.0\.0\.1:1: .*; check that it runs/,
      ),
    ]);
  });

  it('leaves a marker after a time when there is no answer', async () => {
    server = createServer((socket) => void sockets.push(socket));
    const { promise: listening, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await listening;
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await (await share(`http://127.0.0.1:${port}`)).put(crash);
    expect(await markers()).toHaveLength(1);
    expect(logger.messages[0]).toContain('no answer in 200 ms');
  });

  it('fails as the store does when that takes no marker either', async () => {
    const failing = interceptBlobStore(store, ({ operation }) => {
      if (operation === 'put') throw new BlobStoreError('unavailable', 'away');
    });
    const putting = (await share('http://127.0.0.1:1', failing)).put(crash);
    await expect(putting).rejects.toMatchObject({ name: 'BlobStoreError', code: 'unavailable' });
    await waitFor(() => logger.messages.length > 0);
  });
});
