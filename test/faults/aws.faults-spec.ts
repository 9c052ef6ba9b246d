import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { stagedEnvelopeKey } from '#antenna/crash-report';
import {
  aReport,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { IngestConfig } from '../../apps/ingest/src/ingest.config.js';
import { AwsCluster, maxAttempts } from '../aws/aws-cluster.js';
import type { Fault } from '../aws/aws-gate.js';
import { IamPolicy } from '../aws/iam-policy.js';
import {
  deadLettersOf,
  p99,
  publishedIds,
  storedIds,
  isStoredCompletely,
} from '../aws/outcomes.js';
import { orphansAmong, type StagedObject, stagedObjects } from '../aws/staged-objects.js';
import { Senders } from './sender.js';

const faults: readonly Fault[] = ['refuse', 'deny', 'slow', 'cut', 'hang'];
const faultMs = 2500;
/** Longer than every time-out of the S3 and SQS adapters. */
const outageMs = 25_000;
const leastReports = 2000;
/** Of each of crashmover and ingest. */
const kills = 3;
/** Now and then one that outgrows what ingest holds in memory. */
const dumpSizes = [...Array.from({ length: 19 }, () => 20_000), 1_500_000];

describe('three services on S3 and SQS while everything fails', () => {
  let directory: TemporaryDirectory;
  let cluster: AwsCluster;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    cluster = await AwsCluster.on(directory.path);
    await cluster.start('throttle-config');
    await cluster.start('crashmover');
    await cluster.start('ingest');
  });
  afterEach(async () => {
    await cluster.close();
    await directory.remove();
  });

  it('lose no acknowledged report', async () => {
    const { ingestGate, crashmoverGate } = cluster;
    await using senders = new Senders(4, cluster.url, dumpSizes, 60);
    const latencies: Record<string, number> = {};
    const notTaken: Record<string, number> = {};
    const phase = async (name: string, work: () => Promise<void>): Promise<void> => {
      const from = senders.sent.length;
      await work();
      const reports = senders.sent.slice(from);
      latencies[name] = p99(reports);
      notTaken[name] = reports.filter(
        ({ answer }) => answer === 'none' || answer.status !== 200,
      ).length;
    };
    const heal = (): void => {
      ingestGate.heal();
      crashmoverGate.heal();
    };

    await phase('before', async () => await sleep(4000));
    await phase('each fault', async () => {
      for (const fault of faults) {
        ingestGate.s3Fault = crashmoverGate.s3Fault = fault;
        await sleep(faultMs);
        heal();
        ingestGate.sqsFault = crashmoverGate.sqsFault = fault;
        await sleep(faultMs);
        heal();
      }
    });
    await phase('outage of S3 and SQS', async () => {
      for (const gate of [ingestGate, crashmoverGate]) gate.s3Fault = gate.sqsFault = 'hang';
      await sleep(outageMs);
      heal();
    });
    const backlog = senders.acknowledged.map(({ crashId }) => crashId);
    await phase('after', async () => {
      await sleep(4000);
      await waitFor(
        async () => {
          const stored = await storedIds(cluster.crashes);
          return backlog.every((crashId) => stored.has(crashId));
        },
        { timeoutMs: 240_000, describe: 'the backlog to be stored while new reports come' },
      );
    });
    const sentUntilItWasStored = senders.acknowledged.length;

    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(500 + Math.random() * 1000);
      await cluster.kill('crashmover');
      await cluster.start('crashmover');
      await sleep(300 + Math.random() * 700);
      await cluster.kill('ingest');
      await cluster.start('ingest');
    }

    // A save that outlasts its visibility timeout: renewing it hangs while S3 is slow.
    crashmoverGate.s3Fault = 'slow';
    crashmoverGate.sqsFault = 'hang';
    await sleep(5000);
    heal();

    // While crashmover is stopped, one staged batch is deleted and one crash of another is damaged.
    await cluster.kill('crashmover');
    const vanished = await stagedBatch(cluster);
    await cluster.staging.delete(vanished.key);
    const { key, bytes, offsets } = await stagedBatch(cluster);
    const [, [damaged, start]] = [...offsets] as [unknown, [string, number]];
    const position = start + 2000;
    bytes.writeUInt8(bytes.readUInt8(position) ^ 0xff, position);
    await cluster.staging.put(key, bytes);
    await cluster.start('crashmover');

    await waitFor(() => senders.acknowledged.length >= leastReports, { timeoutMs: 240_000 });
    await senders.stop();
    await waitFor(async () => await cluster.isDrained(), {
      timeoutMs: 240_000,
      describe: 'spool and intake to run empty',
    });

    const published = await publishedIds(cluster.processing);
    const unique = new Set(published);
    const deadLetters = await deadLettersOf(cluster.deadLetters);
    const staged = await stagedObjects(cluster.staging);
    const orphans = orphansAmong(staged, unique);
    const harmed = new Set([...vanished.offsets.keys(), damaged]);
    const lost: string[] = [];
    for (const report of senders.acknowledged) {
      if (harmed.has(report.crashId)) continue;
      const whole = await isStoredCompletely(cluster.crashes, report);
      if (!whole || !unique.has(report.crashId)) lost.push(report.crashId);
    }
    process.stdout.write(
      `aws faults: ${2 * kills} killed, ${senders.sent.length} sent, ` +
        `${senders.acknowledged.length} acknowledged, ${(await storedIds(cluster.crashes)).size} stored, ` +
        `${unique.size} published, ${harmed.size} harmed in staging, ${orphans.length} left there, ` +
        `${published.length - unique.size} published again, ${deadLetters.length} dead-lettered, ` +
        `lost = ${lost.length}; most attempts at one crash: ${cluster.mostAttempts}\n` +
        `p99 of the answer, ms: ${JSON.stringify(latencies)}\n`,
    );

    expect(senders.acknowledged.length).toBeGreaterThanOrEqual(leastReports);
    expect(lost).toEqual([]);
    expect(Object.values(notTaken)).toEqual(Object.keys(latencies).map(() => 0));
    expect(sentUntilItWasStored).toBeGreaterThan(backlog.length);
    expect(await readdir(`${directory.path}/spool/envelopes`)).toEqual([]);
    expect([...ingestGate.violations, ...crashmoverGate.violations]).toEqual([]);
    expect([...ingestGate.calls.keys()].toSorted()).toEqual(
      IamPolicy.ofComponent('ingest').actions,
    );
    // Nothing is listed here; the permission turns S3's answer for an absent object from 403 to 404.
    expect([...crashmoverGate.calls.keys(), 's3:ListBucket'].toSorted()).toEqual(
      IamPolicy.ofComponent('crashmover').actions,
    );
    expect(cluster.mostAttempts).toBeLessThanOrEqual(maxAttempts);
    expect(deadLetters).not.toEqual([]);
    expect(
      deadLetters.filter(({ attempts }) => !(attempts >= 1 && attempts <= maxAttempts)),
    ).toEqual([]);
    const reasons = new Map(deadLetters.map(({ crashId, reason }) => [crashId, reason]));
    for (const crashId of vanished.offsets.keys())
      expect(reasons.get(crashId)).toBe('envelope_missing');
    expect(reasons.get(damaged)).toBe('damaged_envelope');
    expect(unique.has(damaged)).toBe(false);
    // A crash announced or delivered twice around a kill: its envelope is gone because it is stored.
    const others = deadLetters.filter(({ crashId }) => !harmed.has(crashId));
    expect(others.filter(({ crashId }) => !unique.has(crashId))).toEqual([]);
    expect(others.filter(({ reason }) => reason !== 'envelope_missing')).toEqual([]);
    const left = staged.map((object) => object.key).filter((one) => !orphans.includes(one));
    expect(left).toEqual([stagedEnvelopeKey(damaged)]);
    expect(orphans.length).toBeLessThanOrEqual(kills * new IngestConfig().shipBatches);
  });
});

/** A batch that has a report of its own among others, while no crashmover runs. */
async function stagedBatch(cluster: AwsCluster): Promise<StagedObject> {
  const crashId = await acknowledged(cluster.url);
  const object = await waitFor(
    async () => (await stagedObjects(cluster.staging)).find(({ offsets }) => offsets.has(crashId)),
    { timeoutMs: 30_000, describe: `${crashId} to be staged` },
  );
  return object.offsets.size > 1 ? object : await stagedBatch(cluster);
}

async function acknowledged(url: string): Promise<string> {
  const report = aReport().withDump('upload_file_minidump', Buffer.alloc(40_000, 'dump')).build();
  const { crashId } = await submit(url, report);
  if (crashId === undefined) throw new Error('a plain report was not accepted');
  return crashId;
}
