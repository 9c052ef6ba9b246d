/** The chart's ScaledObject with the real KEDA, on a stand-in for SQS. */
import {
  DeleteMessageCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { type AwsStandIns, startAwsStandIns } from '#antenna/testing';

import { merged, type Values } from '../chart/support/chart.js';
import { Cluster, describeOnCluster } from './support/cluster.js';
import { Keda } from './support/keda.js';
import { hollowRuntime } from './support/runtime.js';

const namespace = 'queue';
const deployment = 'antenna-crashmover';

describeOnCluster('crashmover with the real KEDA', () => {
  let cluster: Cluster;
  let standIns: AwsStandIns;
  let sqs: SQSClient;
  let queue: string;
  let keda: Keda | undefined;

  beforeAll(async () => {
    standIns = await startAwsStandIns();
    sqs = new SQSClient(standIns.connection);
    queue = await standIns.createQueue('antenna-intake');
    // Without the definitions of KEDA, which comes later.
    cluster = await Cluster.start(() => hollowRuntime, /^(?!.*keda)/);
    await cluster.namespace(namespace);
    await cluster.plane.admin.post(`/api/v1/namespaces/${namespace}/secrets`, {
      metadata: { name: 'access-keys' },
      stringData: { 'access-key-id': 'stand-in', 'secret-access-key': 'stand-in' },
    });
  });
  afterAll(async () => {
    await keda?.stop();
    await cluster.close();
    sqs.destroy();
    await standIns.stop();
  });

  function values(autoscaling: Values = {}): Values {
    const { endpoint } = standIns.connection;
    return {
      aws: { sqs: { endpoint }, credentials: { existingSecret: 'access-keys' } },
      queues: { intake: queue },
      ingest: { replicas: 2, minReadySeconds: 0 },
      crashmover: {
        replicas: 3,
        autoscaling: merged(
          {
            minReplicas: 1,
            maxReplicas: 8,
            scaleDownStabilizationSeconds: 0,
            scaleDownPercentPerMinute: 100,
            keda: { queueLength: 6, pollingInterval: 1, cooldownPeriod: 3 },
          },
          autoscaling,
        ),
      },
    };
  }

  async function replicas(): Promise<number> {
    return Number(await cluster.field(namespace, 'deployment', deployment, '.spec.replicas'));
  }

  async function scalesTo(count: number): Promise<void> {
    let last = 0;
    await cluster.until(
      () => `${count} pods instead of ${last}:\n${keda?.lastLines()}`,
      async () => {
        last = await replicas();
        return last === count;
      },
      240_000,
    );
  }

  async function send(count: number): Promise<void> {
    for (let at = 0; at < count; at += 1)
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: String(at) }));
  }

  /** Receives all messages, so that they are in flight. */
  async function receiveAll(): Promise<string[]> {
    const receipts: string[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queue,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 3600,
        }),
      );
      if (Messages.length === 0) return receipts;
      receipts.push(...Messages.map(({ ReceiptHandle = '' }) => ReceiptHandle));
    }
  }

  it('has a fixed number of pods while there is no KEDA, and the notes say so', async () => {
    const notes = await cluster.helm('install', namespace, values());
    expect(notes).toContain('crashmover is not scaled by its queue: the cluster has no KEDA');
    expect(await replicas()).toBe(3);
  });

  it('follows the queue after an upgrade when KEDA has come, and keeps its pods until then', async () => {
    keda = await Keda.start(cluster, cluster.directory.path);
    await send(18);
    const notes = await cluster.helm('upgrade', namespace, values());
    expect(notes).toContain('1-8 pods, scaled by the intake queue (KEDA)');
    expect(await replicas()).toBe(3);
    await cluster.until(
      () => `the ScaledObject to be ready:\n${keda?.lastLines()}`,
      async () =>
        (await cluster.field(
          namespace,
          'scaledobject',
          deployment,
          '.status.conditions[?(@.type=="Ready")].status',
        )) === 'True',
    );
  });

  it('grows with the queue, counts messages in flight, and shrinks', async () => {
    await send(12); // 30 in all, 6 for each pod
    await scalesTo(5);
    const receipts = await receiveAll();
    expect(receipts).toHaveLength(30);
    await send(12); // without the 30 in flight, this would be 2 pods
    await scalesTo(7);
    for (const ReceiptHandle of receipts)
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
    await scalesTo(2);
    await sqs.send(new PurgeQueueCommand({ QueueUrl: queue }));
    await scalesTo(1);
  });

  it('shrinks to no pod and starts again', async () => {
    await cluster.helm('upgrade', namespace, values({ minReplicas: 0 }));
    await scalesTo(0);
    await send(1);
    await scalesTo(1);
    expect(await cluster.list('hpa', namespace)).toHaveLength(1);
  });

  it('keeps its pods when the queue is given up, until the values insist on a number', async () => {
    const name = { queues: { intake: 'antenna-intake' } };
    await send(29);
    await scalesTo(5);
    const notes = await cluster.helm('upgrade', namespace, merged(values(), name));
    expect(notes).toContain('KEDA needs the URL of the intake queue');
    expect(await replicas()).toBe(5);
    await cluster.kubectl('scale', 'deployment', deployment, '--replicas=4', '-n', namespace);
    await cluster.helm('upgrade', namespace, merged(values({ maxReplicas: 9 }), name));
    expect(await replicas()).toBe(4);
    const fixed = values({ mode: 'none' });
    await expect(cluster.helm('upgrade', namespace, fixed)).rejects.toThrow('conflict');
    await cluster.helm('upgrade', namespace, fixed, '--force-conflicts');
    expect(await replicas()).toBe(3);
  });
});
