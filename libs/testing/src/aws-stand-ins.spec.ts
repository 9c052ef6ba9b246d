import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openS3BlobStore } from '#antenna/blob-store';
import { openSqsQueue } from '#antenna/message-queue';
import { type AwsStandIns, startAwsStandIns } from './aws-stand-ins.js';

const wait = { max: 1, waitMs: 5000, visibilityTimeoutMs: 1000 };

describe('the stand-ins for S3 and SQS', () => {
  let standIns: AwsStandIns;

  afterEach(() => standIns.stop());

  it('create the requested buckets and queues', async () => {
    standIns = await startAwsStandIns({ buckets: ['staging', 'crashes'], queues: ['intake'] });
    const { connection } = standIns;
    for (const bucket of ['staging', 'crashes']) {
      const store = await openS3BlobStore({ ...connection, bucket });
      await store.put('a', Buffer.from(bucket));
      expect((await store.get('a')).toString()).toBe(bucket);
    }
    const queue = await openSqsQueue({ ...connection, queueName: 'intake' });
    await queue.send([{ body: 'crossing planes: 😀' }]);
    expect(await queue.receive(wait)).toMatchObject([{ body: 'crossing planes: 😀' }]);
    const absent = await openSqsQueue({ ...connection, queueName: 'absent' });
    await expect(absent.check()).rejects.toMatchObject({ code: 'no_such_queue' });
    await Promise.all([queue.close(), absent.close()]);
  });

  it('move a message to the dead-letter queue', async () => {
    const deadLetter = { queue: 'dead', maxReceiveCount: 1 };
    standIns = await startAwsStandIns({ queues: [{ name: 'intake', deadLetter }] });
    const { connection } = standIns;
    const queue = await openSqsQueue({ ...connection, queueName: 'intake' });
    const dead = await openSqsQueue({ ...connection, queueName: 'dead' });
    await queue.send([{ body: 'poison' }]);
    const [message] = await queue.receive(wait);
    await queue.changeVisibility(message?.receipt ?? '', 0);
    expect(await queue.receive({ ...wait, waitMs: 0 })).toEqual([]);
    expect(await dead.receive(wait)).toMatchObject([{ body: 'poison' }]);
    await Promise.all([queue.close(), dead.close()]);
  });

  it('provide the environment that the SDK needs in a child process', async () => {
    standIns = await startAwsStandIns();
    expect(standIns.environment).toEqual({
      AWS_ENDPOINT_URL: standIns.connection.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: expect.any(String),
      AWS_SECRET_ACCESS_KEY: expect.any(String),
    });
  });

  it('listen only on the loopback address', async () => {
    standIns = await startAwsStandIns();
    const { hostname, port } = new URL(standIns.connection.endpoint);
    expect(hostname).toBe('127.0.0.1');
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) expect(await accepts(address, Number(port))).toBe(false);
  });
});

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
