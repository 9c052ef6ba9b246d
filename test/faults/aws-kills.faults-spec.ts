import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { isBatchKey, stagedEnvelopeKey } from '#antenna/crash-report';
import {
  aReport,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { IngestConfig } from '../../apps/ingest/src/ingest.config.js';
import { AwsCluster } from '../aws/aws-cluster.js';
import { deadLettersOf, isStoredCompletely, publishedIds } from '../aws/outcomes.js';
import { orphansAmong, stagedObjects } from '../aws/staged-objects.js';
import { Senders } from './sender.js';

let directory: TemporaryDirectory;
let cluster: AwsCluster;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await cluster.close();
  await directory.remove();
});

const kills = 10;

/** Kills ingest when it has staged a batch and sends its message, which arrives or does not. */
async function killWhileAnnouncing(fate: 'pass' | 'drop'): Promise<void> {
  const { promise: killed, resolve, reject } = Promise.withResolvers<void>();
  cluster.ingestGate.onCall = async ({ action }) => {
    if (action !== 'sqs:SendMessage') return 'pass';
    cluster.ingestGate.onCall = undefined;
    await cluster.kill('ingest').then(resolve, reject);
    return fate;
  };
  await killed;
}

describe('an ingest that is killed while it ships batches to S3', () => {
  it('loses no report; what it had not announced is published, and its objects are few', async () => {
    cluster = await AwsCluster.on(directory.path);
    for (const component of ['throttle-config', 'crashmover', 'ingest'] as const)
      await cluster.start(component);
    await using senders = new Senders(6, cluster.url, [20_000], 10);
    for (let kill = 0; kill < kills; kill += 1) {
      const before = senders.acknowledged.length;
      await waitFor(() => senders.acknowledged.length > before + 20, { timeoutMs: 30_000 });
      await killWhileAnnouncing(kill % 2 === 0 ? 'drop' : 'pass');
      await cluster.start('ingest');
    }
    await senders.stop();
    await waitFor(async () => await cluster.isDrained(), {
      timeoutMs: 120_000,
      describe: 'spool and intake to run empty',
    });

    const published = await publishedIds(cluster.processing);
    const unique = new Set(published);
    const lost: string[] = [];
    for (const report of senders.acknowledged) {
      if (!(await isStoredCompletely(cluster.crashes, report)) || !unique.has(report.crashId))
        lost.push(report.crashId);
    }
    const staged = await stagedObjects(cluster.staging);
    const orphans = orphansAmong(staged, unique);
    const letters = await deadLettersOf(cluster.deadLetters);
    process.stdout.write(
      `kills of ingest on S3: ${kills} killed, ${senders.sent.length} sent, ` +
        `${senders.acknowledged.length} acknowledged, ` +
        `${senders.acknowledged.length - lost.length} stored, ${unique.size} published, ` +
        `${published.length - unique.size} published again, lost = ${lost.length}, ` +
        `${orphans.length} objects left in staging\n`,
    );
    expect(senders.acknowledged.length).toBeGreaterThan(kills * 20);
    expect(lost).toEqual([]);
    expect(staged.map(({ key }) => key)).toEqual(orphans);
    expect(orphans.length).toBeGreaterThan(0);
    expect(orphans.length).toBeLessThanOrEqual(kills * new IngestConfig().shipBatches);
    // An envelope that was announced twice under its own key.
    expect(letters.filter(({ crashId }) => !unique.has(crashId))).toEqual([]);
  });
});

describe('a crash that kills every crashmover', () => {
  it('is isolated: the other crashes of its batch are published', async () => {
    cluster = await AwsCluster.on(directory.path, {
      ingest: { SHIP_BATCH_COUNT: '8', SHIP_LINGER: '10s' },
      // In order, so that the killer is the first of its batch, and no other crash is moved before it.
      crashmover: { CONCURRENCY: '1', VISIBILITY_TIMEOUT: '1s' },
    });
    const { crashmoverGate } = cluster;
    await cluster.start('throttle-config');
    await cluster.start('ingest');
    const send = async (): Promise<string> => {
      const report = aReport().withDump('upload_file_minidump', Buffer.alloc(1000, 'dump'));
      const { crashId = 'none' } = await submit(cluster.url, report.build());
      return crashId;
    };
    // Nothing arrived before it, so that it does not wait for the others.
    const alone = await send();
    const batched = await Promise.all(Array.from({ length: 8 }, send));
    const batch = await waitFor(async () => {
      const objects = await stagedObjects(cluster.staging);
      return objects.find(({ key }) => isBatchKey(key));
    });
    expect([...batch.offsets.keys()].toSorted()).toEqual(batched.toSorted());
    const crashIds = [alone, ...batched];
    const [killer = ''] = batch.offsets.keys();

    let deaths = 0;
    crashmoverGate.onCall = async ({ action, resource }) => {
      if (action !== 's3:PutObject' || !resource.endsWith(`/v1/dump/${killer}`)) return 'pass';
      await cluster.process('crashmover').waitForLine('listening on');
      await cluster.kill('crashmover');
      deaths += 1;
      return 'drop';
    };
    const others = crashIds.filter((id) => id !== killer);
    const areOthersPublished = async (): Promise<boolean> =>
      (await cluster.processing.depth()).visible >= others.length;
    while (!(await areOthersPublished())) {
      const deathsBefore = deaths;
      await cluster.start('crashmover');
      await waitFor(async () => deaths > deathsBefore || (await areOthersPublished()), {
        timeoutMs: 60_000,
      });
    }
    expect(deaths).toBeGreaterThanOrEqual(2);
    const published = await publishedIds(cluster.processing);
    expect(published.toSorted()).toEqual(others.toSorted());
    const left = (await stagedObjects(cluster.staging)).map(({ key }) => key);
    expect(left).toContain(stagedEnvelopeKey(killer));
    process.stdout.write(
      `a crash that kills crashmover: ${deaths} killed, ${crashIds.length} acknowledged, ` +
        `${published.length} published beside it\n`,
    );

    crashmoverGate.onCall = undefined;
    await cluster.kill('crashmover');
    await cluster.start('crashmover');
    await waitFor(async () => await cluster.isDrained(), { timeoutMs: 60_000 });
    expect(await publishedIds(cluster.processing)).toContain(killer);
    expect(await stagedObjects(cluster.staging)).toEqual([]);
  });
});
