import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { CollectorProcess } from '../collector-process.js';
import { Senders, sha256 } from './sender.js';

const kills = 12;
const connections = 6;

describe('a collector that is killed again and again', () => {
  let directory: TemporaryDirectory;
  let collector: CollectorProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    collector = await CollectorProcess.at(directory.path);
  });
  afterEach(async () => {
    await collector.kill();
    await directory.remove();
  });

  it('stores and publishes every report that it acknowledged, and none that it refused', async () => {
    await collector.start();
    const senders = new Senders(connections, () => collector.url);
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(150 + Math.random() * 600);
      await collector.kill();
      await collector.start();
    }
    await sleep(300);
    await senders.stop();
    await collector.drained();

    const { acknowledged, refused, sent } = senders;
    const stored = await collector.storedCrashIds();
    const published = new Set(await collector.publishedIds());
    process.stdout.write(
      `kill test: ${kills} kills, ${sent.length} sent, ${acknowledged.length} acknowledged, ` +
        `${refused.length} refused, ${stored.length} stored, ${published.size} published\n`,
    );

    expect(acknowledged.length).toBeGreaterThan(200);
    expect(refused.length).toBeGreaterThan(20);
    expect(acknowledged.filter(({ crashId }) => !published.has(crashId))).toEqual([]);
    const markers = new Set<string>();
    for (const crashId of stored) {
      const day = `20${crashId.slice(-6)}`;
      const rawCrash = JSON.parse((await collector.stored('raw_crash', day, crashId)).toString());
      markers.add(rawCrash.Marker);
      expect(JSON.parse((await collector.stored('dump_names', crashId)).toString())).toEqual([
        'upload_file_minidump',
      ]);
    }
    for (const { crashId, marker, dumpSha256 } of acknowledged) {
      expect(markers.has(marker)).toBe(true);
      expect(sha256(await collector.stored('dump', crashId))).toBe(dumpSha256);
    }
    expect(refused.filter(({ marker }) => markers.has(marker))).toEqual([]);
    expect(await collector.inTransit()).toEqual([]);
  });
});
