import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { CollectorProcess } from '../collector-process.js';
import { accountOf, noViolations } from './account.js';
import { Senders } from './sender.js';

const kills = 20;
const connections = 6;

describe('a collector that is killed repeatedly', () => {
  let directory: TemporaryDirectory;
  let collector: CollectorProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    // What a killed process had in work is delivered again after this time.
    collector = await CollectorProcess.at(directory.path, { VISIBILITY_TIMEOUT: '3s' });
  });

  afterEach(async () => {
    await collector.kill();
    await directory.remove();
  });

  it('stores and publishes every acknowledged report, and no rejected one', async () => {
    await collector.start();
    await using senders = new Senders(connections, collector.url);
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(150 + Math.random() * 600);
      await collector.kill();
      await collector.start();
    }
    await sleep(300);
    await senders.stop();
    await collector.drained();

    expect(senders.acknowledged.length).toBeGreaterThan(200);
    expect(senders.refused.length).toBeGreaterThan(20);
    expect(await accountOf(collector, senders)).toEqual(noViolations);
    process.stdout.write(
      `kill test: ${kills} kills, ${senders.sent.length} sent, ` +
        `${senders.acknowledged.length} acknowledged, ${senders.refused.length} refused\n`,
    );
  });
});
