import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { indexedCrash, OpenSearchCrashIndex } from '#antenna/crash-index';
import { aMinidump, type OpenSearchPeer, openSearchPeer, waitFor } from '#antenna/testing';

import { ProcessorUnderTest } from '../../test/processor-under-test.js';

const describeIfInstalled = openSearchPeer.isInstalled ? describe : describe.skip;

describeIfInstalled('processors with an index in OpenSearch', () => {
  let peer: OpenSearchPeer;
  let processor: ProcessorUnderTest;

  beforeAll(async () => {
    peer = await openSearchPeer.start();
  }, 150_000);

  afterAll(async () => await peer.stop());

  beforeEach(async () => {
    processor = await ProcessorUnderTest.create();
  });

  afterEach(async () => await processor.dispose());

  it('have indexed every crash in the end that came while it was away, also over a restart', async () => {
    const env = { CRASH_INDEX: peer.url };
    const crashIds: string[] = [];
    const send = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent += 1) {
        const dumps = { upload_file_minidump: aMinidump() };
        crashIds.push(await processor.storeAndPublish({ dumps }));
      }
      await processor.queueEmpty();
    };
    await processor.start({ env });
    await processor.start({ env });
    await send(5);
    expect(await processor.markers()).toEqual([]);
    await peer.pause();
    await send(12);
    await processor.stop();
    await processor.start({ env });
    await send(3);
    expect(await processor.markers()).toHaveLength(15);
    await peer.resume();
    await waitFor(async () => (await processor.markers()).length === 0, {
      timeoutMs: 90_000,
      describe: () => processor.logger.messages.join('\n'),
    });
    const index = new OpenSearchCrashIndex({ url: peer.url, prefix: 'antenna-crashes' });
    await waitFor(async () => (await index.find(crashIds.at(-1) ?? '')) !== undefined);
    for (const crashId of crashIds)
      expect(await index.find(crashId)).toEqual(indexedCrash(await processor.processed(crashId)));
    await index.close();
  }, 240_000);
});
