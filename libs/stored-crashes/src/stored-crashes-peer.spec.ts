import { randomUUID } from 'node:crypto';
import { openS3BlobStore } from '#antenna/blob-store';
import { type AwsPeer, createBucket, versitygw } from '#antenna/testing';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { v1Layout } from './crash-layout.js';
import { storedCrashesContract } from './stored-crashes.contract.js';

const describePeer = versitygw.isInstalled ? describe : describe.skip;

describePeer('with versitygw (installed by .ci/install-peers)', () => {
  let peer: AwsPeer;
  beforeAll(async () => {
    peer = await versitygw.start();
    const { accessKeyId, secretAccessKey } = peer.connection.credentials;
    // The SDK's own chain of credentials looks only here.
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
  }, 60_000);
  afterAll(() => peer.stop());

  storedCrashesContract('a bucket', v1Layout, async () => {
    const bucket = `bucket-${randomUUID()}`;
    await createBucket(peer.connection, bucket);
    const { endpoint, region } = peer.connection;
    return {
      store: await openS3BlobStore({ ...peer.connection, bucket }),
      location: `s3://${bucket}`,
      s3: { region, s3Endpoint: endpoint, s3PathStyle: true },
      dispose: async () => undefined,
    };
  });
});
