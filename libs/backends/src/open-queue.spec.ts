import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { loadConfig } from '#antenna/service';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { CrashmoverBackendConfig } from './backend-config.js';
import { openEmbeddedBackend } from './embedded-backend.js';
import { openQueue } from './open-queue.js';

describe('openQueue on the embedded backend', () => {
  let directory: TemporaryDirectory;
  let config: CrashmoverBackendConfig;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    config = loadConfig(CrashmoverBackendConfig, { ANTENNA_DATA_DIR: directory.path });
  });

  afterEach(() => directory.remove());

  it('opens the queue of the backend with this name', async () => {
    const backend = await openEmbeddedBackend(directory.path);
    const { queue, close } = await openQueue(config, 'processing');
    await queue.send([{ body: 'a crash id' }]);
    expect(await backend.processing.peek(1)).toMatchObject([{ body: 'a crash id' }]);
    await close();
    await expect(queue.depth()).rejects.toMatchObject({ code: 'unavailable' });
    await backend.close();
  });

  it('rejects an invalid name', async () => {
    await expect(openQueue(config, 'a/b')).rejects.toThrow(RangeError);
  });
});
