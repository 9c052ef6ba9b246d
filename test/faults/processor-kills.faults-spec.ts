import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { createCrashId, dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { type EmbeddedQueues, openEmbeddedQueues } from '#antenna/message-queue';
import { readProcessedCrash } from '#antenna/processed-crash';
import {
  aMinidump,
  crashedModule,
  crashedModuleSymbols,
  freePort,
  type RunningProcess,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { processorEntry } from '../collector-process.js';

const kills = 10;
const crashCount = 3000;

describe('a processor that is killed repeatedly', () => {
  let directory: TemporaryDirectory;
  let crashes: BlobStore;
  let queues: EmbeddedQueues;
  let processor: RunningProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    crashes = await openDirectoryBlobStore({ directory: join(directory.path, 'crashes') });
    queues = await openEmbeddedQueues({ directory: join(directory.path, 'queues') });
    const symbols = join(directory.path, 'symbols', crashedModule.path);
    await mkdir(dirname(symbols), { recursive: true });
    await writeFile(symbols, crashedModuleSymbols);
  });

  afterEach(async () => {
    processor.kill('SIGKILL');
    await processor.exit;
    await queues.close();
    await directory.remove();
  });

  async function start(): Promise<void> {
    const env = {
      ANTENNA_DATA_DIR: directory.path,
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      SYMBOLS: join(directory.path, 'symbols'),
      SYMBOL_CACHE_DIR: join(directory.path, 'symbol-cache'),
      // What a killed process had in work is delivered again after this time.
      VISIBILITY_TIMEOUT: '2s',
    };
    processor = await startProcess([processorEntry], { env });
    await processor.waitForLine('listening on', { timeoutMs: 30_000 });
  }

  it('loses no crash, and leaves none without its stack', async () => {
    const crashIds = await storeAndPublish();
    for (let kill = 0; kill < kills; kill += 1) {
      await start();
      await sleep(200 + Math.random() * 600);
      processor.kill('SIGKILL');
      await processor.exit;
    }
    const { length: processedBefore } = await Array.fromAsync(crashes.list('v1/processed_crash/'));
    await start();
    await waitFor(async () => (await queues.queue('processing').peek(1)).length === 0, {
      timeoutMs: 240_000,
      describe: 'the processing queue to run empty',
    });

    const unprocessed: string[] = [];
    for (const crashId of crashIds) {
      const processed = await readProcessedCrash(crashes, crashId);
      if (processed?.signature !== 'Level::load') unprocessed.push(crashId);
    }
    expect(unprocessed).toEqual([]);
    expect(await queues.queue('processing-dead-letter').peek(10)).toEqual([]);
    expect(processedBefore).toBeGreaterThan(0);
    expect(processedBefore).toBeLessThan(crashCount);
    process.stdout.write(
      `processor kill test: ${kills} kills, ${processedBefore} of ${crashCount} crashes processed before the last\n`,
    );
  });

  async function storeAndPublish(): Promise<string[]> {
    const minidump = aMinidump();
    const crashIds: string[] = [];
    for (let n = 0; n < crashCount; n += 10) {
      const ids = Array.from({ length: 10 }, () =>
        createCrashId({ verdict: 'accept', now: new Date() }),
      );
      await Promise.all(ids.map(async (crashId) => await store(crashId, minidump)));
      await queues.queue('processing').send(ids.map((body) => ({ body })));
      crashIds.push(...ids);
    }
    return crashIds;
  }

  async function store(crashId: string, minidump: Buffer): Promise<void> {
    await crashes.put(dumpKey(crashId, 'upload_file_minidump'), minidump);
    await crashes.put(dumpNamesKey(crashId), Buffer.from('["upload_file_minidump"]'));
    await crashes.put(rawCrashKey(crashId), Buffer.from(JSON.stringify({ uuid: crashId })));
  }
});
