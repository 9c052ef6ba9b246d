import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { BlobStoreError } from '#antenna/blob-store';
import { aMinidump, interceptBlobStore } from '#antenna/testing';

import { ProcessorUnderTest } from '../../test/processor-under-test.js';

const env = { CRASH_INDEX: 'http://127.0.0.1:1' };
const dumps = { upload_file_minidump: aMinidump() };
let processor: ProcessorUnderTest;

beforeEach(async () => {
  processor = await ProcessorUnderTest.create();
});

afterEach(() => processor.dispose());

describe('a processor whose index is away', () => {
  it('goes on, and leaves a marker for each crash', async () => {
    await processor.start({ env });
    const crashIds: string[] = [];
    for (let count = 0; count < 5; count += 1)
      crashIds.push(await processor.storeAndPublish({ dumps }));
    await processor.queueEmpty();
    const markers = await processor.markers();
    expect(markers.map((key) => key.replace(/^.*\/|\.\d+$/g, ''))).toEqual(crashIds.toSorted());
    const outcome = { outcome: 'processed' };
    expect(await processor.telemetry.value('antenna.processor.outcomes', outcome)).toBe(5);
    expect(processor.logger.messages.filter((line) => line.includes('is away'))).toHaveLength(1);
  });

  it('keeps the message of a crash for which it can leave no marker either', async () => {
    let failures = 2;
    const crashes = interceptBlobStore(processor.crashes, ({ operation, key }) => {
      if (operation !== 'put' || !key.startsWith('v1/index_pending/') || failures === 0) return;
      failures -= 1;
      throw new BlobStoreError('unavailable', 'away');
    });
    const crashId = await processor.storeAndPublish({ dumps });
    await processor.start({ env, adapters: { crashes } });
    await processor.queueEmpty();
    expect(await processor.markers()).toEqual([
      expect.stringMatching(`^v1/index_pending/${crashId}\\.\\d+$`),
    ]);
    expect(processor.logger.messages).toContain(`${crashId} not processed yet`);
    expect(await processor.deadLetters.peek(1)).toEqual([]);
  });
});
