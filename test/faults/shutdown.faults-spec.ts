import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';

import { CollectorProcess } from '../collector-process.js';
import { accountOf, noViolations } from './account.js';
import { Senders } from './sender.js';

describe('a collector that is stopped under load', () => {
  let directory: TemporaryDirectory;
  let collector: CollectorProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    collector = await CollectorProcess.at(directory.path);
    await collector.start();
  });
  afterEach(async () => {
    await collector.kill();
    await directory.remove();
  });

  it('answers every upload that it accepted, drains its spool and exits with 0', async () => {
    await using senders = new Senders(8, collector.url);
    await sleep(1500);
    await waitFor(async () => (await spooled()) > 0);
    collector.running.kill('SIGTERM');
    const exit = await collector.running.exit;
    await senders.stop();

    expect(exit).toEqual({ code: 0, signal: null });
    expect(senders.acknowledged.length).toBeGreaterThan(20);
    // Connections that came after the end are refused by the system; none was cut, idle or not.
    expect([...senders.brokenBy.keys()].filter((code) => code !== 'refused')).toEqual([]);
    const log = collector.running.stdout;
    const decided = log.filter((line) => /matched by \w+; returned/.test(line));
    expect(decided).not.toEqual([]);
    expect(log.filter((line) => line.includes('report aborted'))).toEqual([]);
    expect(decided).toHaveLength(senders.sent.filter(({ answer }) => answer !== 'none').length);
    expect(await spooled()).toBe(0);

    await collector.start();
    await collector.drained();
    expect(await accountOf(collector, senders)).toEqual(noViolations);
  });

  async function spooled(): Promise<number> {
    return (await collector.inTransit()).filter((path) => path.startsWith('spool/')).length;
  }
});
