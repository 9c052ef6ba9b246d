import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { CollectorProcess } from '../collector-process.js';
import { Senders } from './sender.js';

describe('a collector that is asked to stop under load', () => {
  let directory: TemporaryDirectory;
  let collector: CollectorProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    collector = await CollectorProcess.at(directory.path);
    await collector.start();
  });
  afterEach(async () => {
    collector.running.kill('SIGKILL');
    await collector.running.exit;
    await directory.remove();
  });

  it('answers every upload that it accepted, drains its spool and exits with 0', async () => {
    const senders = new Senders(8, () => collector.url);
    await sleep(1500);
    collector.running.kill('SIGTERM');
    const exit = await collector.running.exit;
    await senders.stop();

    expect(exit).toEqual({ code: 0, signal: null });
    expect(senders.acknowledged.length).toBeGreaterThan(20);
    // Connections that came after the end are refused by the system; none was cut while it was served.
    expect([...senders.brokenBy.keys()].filter((code) => code !== 'refused')).toEqual([]);
    expect((await collector.inTransit()).filter((path) => path.startsWith('spool/'))).toEqual([]);

    await collector.start();
    await collector.drained();
    const published = new Set(await collector.publishedIds());
    expect(senders.acknowledged.filter(({ crashId }) => !published.has(crashId))).toEqual([]);
  });
});
