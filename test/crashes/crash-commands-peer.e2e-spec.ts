import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe } from '@jest/globals';

import { type AwsPeer, createBucket, createQueue, elasticmq, versitygw } from '#antenna/testing';

import { awsBackend } from './aws-backend.js';
import { crashCommandsContract } from './crash-commands.contract.js';

const areInstalled = versitygw.isInstalled && elasticmq.isInstalled;
const describePeers = areInstalled ? describe : describe.skip;

describePeers('with peers (installed by .ci/install-peers)', () => {
  let s3: AwsPeer;
  let sqs: AwsPeer;

  beforeAll(async () => {
    [s3, sqs] = await Promise.all([versitygw.start(), elasticmq.start()]);
    for (const bucket of ['crashes', 'staging']) await createBucket(s3.connection, bucket);
    await createQueue(sqs.connection, 'antenna-processing');
  }, 60_000);

  afterAll(async () => {
    await s3.stop();
    await sqs.stop();
  });

  crashCommandsContract('versitygw and ElasticMQ', async () => {
    return await awsBackend({ s3: s3.connection, sqs: sqs.connection }, `run-${randomUUID()}`);
  });
});
