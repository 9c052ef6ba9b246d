/**
 * An upgrade and its rollback under load, with the order and times of the rendered manifests. The times of Kubernetes are
 * scaled down: 15 s take 1.5 s here. The times of the processes are real.
 */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';

import { type BlobStore, openS3BlobStore } from '#antenna/blob-store';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { openSqsQueue } from '#antenna/message-queue';
import { temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';

import { publishedIds } from '../aws/outcomes.js';
import { sha256 } from '../faults/sender.js';
import { buckets, LoopbackCluster, queues } from './cluster/loopback-cluster.js';
import type { Pod, PodEnd } from './cluster/pod.js';
import { type Rollout, updateDeployment, updateStatefulSet } from './cluster/rolling-update.js';
import { SteadyLoad } from './cluster/steady-load.js';
import { merged, podName, render, type RenderedChart, type Values } from './support/chart.js';
import { describeWith } from './support/describe-with.js';

const scale = 0.1;
const standInAddress = 'stand-in:4566';

const old: Values = {
  aws: {
    s3: { endpoint: `http://${standInAddress}`, pathStyle: true },
    sqs: { endpoint: `http://${standInAddress}` },
  },
  // Messages that a pod receives just before it stops are redelivered after this time.
  crashmover: { settings: { VISIBILITY_TIMEOUT: '10s' } },
};
/** The upgrade changes settings, because this test has only one build of the services. */
const upgraded = merged(old, {
  ingest: { settings: { SHIP_CONCURRENCY: 3 } },
  crashmover: { settings: { CONCURRENCY: 8 } },
});

let directory: TemporaryDirectory;
let cluster: LoopbackCluster;
let ingest: Pod[];
let crashmover: Pod[];

async function startAll(chart: RenderedChart): Promise<void> {
  directory = await temporaryDirectory();
  const secrets = new Map<string, string>();
  cluster = await LoopbackCluster.of(chart, {
    directory: directory.path,
    standInAddress,
    secrets,
    scale,
  });
  const start = async (component: string, count: number): Promise<Pod[]> => {
    const pods = await Promise.all(
      Array.from(
        { length: count },
        async (_, n) => await cluster.startPod(chart, component, podName(component, n)),
      ),
    );
    await Promise.all(pods.map(async (pod) => await pod.ready()));
    return pods;
  };
  const replicas = (component: string): number => chart.workload(component).spec.replicas ?? 1;
  const [rules] = await start('throttle-config', 1);
  if (rules) cluster.service('throttle-config').add(rules.port);
  crashmover = await start('crashmover', replicas('crashmover'));
  ingest = await start('ingest', replicas('ingest'));
  for (const { port } of ingest) cluster.service('ingest').add(port);
}

async function endAll(): Promise<void> {
  await cluster.close();
  await directory.remove();
}

function load(): SteadyLoad {
  return new SteadyLoad(`http://${cluster.service('ingest').address}/submit`, [
    ...Array.from({ length: 3 }, () => 'keep-alive' as const),
    ...Array.from({ length: 3 }, () => 'fresh' as const),
    ...Array.from({ length: 3 }, () => 'slow' as const),
  ]);
}

function rolloutTo(chart: RenderedChart): Rollout {
  return { cluster, chart, scale, random: Math.random };
}

/** The expected ends of pods: exit code 0 within the grace period, without a kill. */
function cleanEnds(ends: readonly PodEnd[]): PodEnd[] {
  return ends.map(({ pod }) => ({ pod, exit: { code: 0, signal: null }, killed: false }));
}

const withHelm = describeWith('helm');

withHelm('a rolling restart under load', () => {
  let clients: SteadyLoad;
  const charts = { old: () => render(old), upgraded: () => render(upgraded) };

  beforeAll(async () => {
    await startAll(charts.old());
    clients = load();
  });
  afterAll(async () => {
    await clients.stop();
    await endAll();
  });

  it.each([
    ['an upgrade', 'upgraded'],
    ['its rollback', 'old'],
  ] as const)('replaces each pod of ingest without a kill in %s', async (_, revision) => {
    const ends = await updateStatefulSet(rolloutTo(charts[revision]()), 'ingest', ingest);

    expect(ends.map(({ pod }) => pod)).toEqual([2, 1, 0].map((n) => podName('ingest', n)));
    expect(ends).toEqual(cleanEnds(ends));
    expect(clients.failed).toEqual([]);
  });

  it.each([
    ['an upgrade', 'upgraded'],
    ['its rollback', 'old'],
  ] as const)('replaces each pod of crashmover without a kill in %s', async (_, revision) => {
    const rollout = rolloutTo(charts[revision]());
    const ends = await updateDeployment(rollout, 'crashmover', crashmover, revision);

    expect(ends).toHaveLength(2);
    expect(ends).toEqual(cleanEnds(ends));
    expect(clients.failed).toEqual([]);
  });

  it('answers every request, and stores and publishes every acknowledged report', async () => {
    await clients.stop();
    const { connection } = cluster.standIns;
    const processing = await openSqsQueue({ ...connection, queueName: queues.processing });
    const deadLetters = await openSqsQueue({ ...connection, queueName: queues.deadLetters });
    const crashes = await openS3BlobStore({ ...connection, bucket: buckets.crashes });
    const published = new Set<string>();
    const missing = () => clients.acknowledged.filter(({ crashId }) => !published.has(crashId));
    await waitFor(
      async () => {
        for (const crashId of await publishedIds(processing)) published.add(crashId);
        return missing().length === 0;
      },
      { timeoutMs: 60_000, describe: () => `${missing().length} ids to be published` },
    );

    expect(clients.failed).toEqual([]);
    expect(clients.counts['keep-alive']).toBeGreaterThan(100);
    expect(clients.counts.fresh).toBeGreaterThan(100);
    expect(clients.counts.slow).toBeGreaterThan(20);
    expect(await damagedOf(crashes, clients)).toEqual([]);
    expect(await deadLetters.depth()).toMatchObject({ visible: 0, inFlight: 0 });
    await processing.close();
    await deadLetters.close();
  });
});

/** Checks that all three objects of every crash exist, with the sent dump. */
async function damagedOf(crashes: BlobStore, { acknowledged }: SteadyLoad): Promise<string[]> {
  const keys = new Set<string>();
  for await (const { key } of crashes.list('v1/')) keys.add(key);
  const intact = async ({ crashId, dumpSha256 }: SteadyLoad['acknowledged'][number]) =>
    keys.has(rawCrashKey(crashId)) &&
    keys.has(dumpNamesKey(crashId)) &&
    sha256(await crashes.get(dumpKey(crashId, 'upload_file_minidump'))) === dumpSha256;
  const whole = await Promise.all(acknowledged.map(intact));
  return acknowledged.flatMap(({ crashId }, index) => (whole[index] === true ? [] : [crashId]));
}

/** Proves that the test above can fail: without the preStop sleep, requests fail. */
withHelm('a preStop sleep that is shorter than the propagation of endpoints', () => {
  afterEach(endAll);

  it('breaks requests', async () => {
    const chart = render(merged(old, { ingest: { preStopSleepSeconds: 1, replicas: 2 } }));
    await startAll(chart);
    const clients = load();
    await waitFor(() => clients.acknowledged.length > 20, { timeoutMs: 20_000 });
    const [first] = ingest;
    const rollout = { ...rolloutTo(chart), random: () => 1 };
    await updateStatefulSet(rollout, 'ingest', first ? [first] : []);
    await clients.stop();

    expect(clients.failed.length).toBeGreaterThan(0);
    expect(new Set(clients.failed.map(({ kind }) => kind))).toContain('fresh');
  });
});
