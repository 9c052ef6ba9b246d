import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { startAwsStandIns } from '#antenna/testing';
import { blobStoreContract } from '../blob-store.contract.js';
import { openS3BlobStore } from './open-s3-blob-store.js';

const starting = startAwsStandIns();
afterAll(async () => (await starting).stop());

describeStore('a bucket', undefined);
describeStore('a folder of a bucket', 'some/folder');

function describeStore(name: string, prefix: string | undefined): void {
  blobStoreContract(name, async () => {
    const standIns = await starting;
    const bucket = `bucket-${randomUUID()}`;
    await standIns.createBucket(bucket);
    return {
      store: await openS3BlobStore({ ...standIns.connection, bucket, prefix }),
      dispose: async () => undefined,
    };
  });
}
