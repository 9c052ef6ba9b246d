import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';

import { CollectorProcess } from '../collector-process.js';
import { accountOf, noViolations } from './account.js';
import { Senders } from './sender.js';

describe('a spool that fills up, because nothing can be shipped', () => {
  let directory: TemporaryDirectory;
  let collector: CollectorProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    collector = await CollectorProcess.at(directory.path, { SPOOL_CAPACITY: '16MiB' });
    await collector.start();
  });

  afterEach(async () => {
    await collector.kill();
    await directory.remove();
  });

  it('rejects reports with 503 when it is full, and ships the others later', async () => {
    const staging = join(directory.path, 'staging');
    // The checks of the start are over then, which leave their file behind when its folder goes meanwhile.
    await waitFor(async () => (await statusOf('/__heartbeat__')) === 200);
    await rename(staging, `${staging}.away`);
    await writeFile(staging, 'no directory, so nothing can be put into it');
    await using senders = new Senders(4, collector.url);
    await waitFor(() => senders.answeredWith(503).length >= 20, { timeoutMs: 30_000 });

    expect(await statusOf('/health/ready')).toBe(503);
    expect(await statusOf('/__heartbeat__')).toBe(503);
    expect(await statusOf('/health/live')).toBe(200);
    expect(await statusOf('/__lbheartbeat__')).toBe(200);
    const refusal = await fetch(collector.url, { method: 'POST', body: new FormData() });
    expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([503, '30']);

    await rm(staging);
    await rename(`${staging}.away`, staging);
    const acknowledged = senders.acknowledged.length;
    await waitFor(async () => (await statusOf('/health/ready')) === 200, { timeoutMs: 60_000 });
    await waitFor(() => senders.acknowledged.length > acknowledged + 20, { timeoutMs: 30_000 });
    await senders.stop();
    await collector.drained();

    expect(senders.refusedOtherwise).toEqual([]);
    expect(await accountOf(collector, senders)).toEqual(noViolations);
  });

  async function statusOf(path: string): Promise<number> {
    return (await fetch(collector.address('ingest') + path)).status;
  }
});
