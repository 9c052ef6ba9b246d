import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDirectoryBlobStore, openS3BlobStore } from '#antenna/blob-store';
import { startAwsStandIns, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fileSystemLayout, v1Layout } from './crash-layout.js';
import { openStoredCrashes } from './open-stored-crashes.js';
import { storedCrashesContract } from './stored-crashes.contract.js';

const noS3 = { region: undefined, s3Endpoint: undefined, s3PathStyle: false };
const starting = startAwsStandIns();
afterAll(async () => (await starting).stop());

for (const [layoutName, layout] of [
  ['our layout', v1Layout],
  ["the predecessor's layout", fileSystemLayout],
] as const) {
  storedCrashesContract(`a directory in ${layoutName}`, layout, async () => {
    const directory = await temporaryDirectory();
    const store = await openDirectoryBlobStore({ directory: directory.path });
    const dispose = async (): Promise<void> => await directory.remove();
    return { store, location: directory.path, s3: noS3, dispose };
  });

  for (const prefix of ['', 'some/folder']) {
    storedCrashesContract(`s3://bucket/${prefix} in ${layoutName}`, layout, async () => {
      const standIns = await starting;
      // The SDK's own chain of credentials looks only here.
      Object.assign(process.env, standIns.environment);
      const bucket = `bucket-${randomUUID()}`;
      await standIns.createBucket(bucket);
      const { endpoint, region } = standIns.connection;
      return {
        store: await openS3BlobStore({ ...standIns.connection, bucket, prefix }),
        location: `s3://${bucket}/${prefix}`,
        s3: { region, s3Endpoint: endpoint, s3PathStyle: true },
        dispose: async () => undefined,
      };
    });
  }
}

describe('the location of stored crashes', () => {
  let directory: TemporaryDirectory;
  const crashId = 'de1bb258-cbbf-4589-a673-34f800261120';

  beforeEach(async () => {
    directory = await temporaryDirectory();
  });

  afterEach(() => directory.remove());

  it('can be a data directory, whose crashes are read', async () => {
    const folder = join(directory.path, 'crashes', 'v1', 'raw_crash', '20261120');
    await mkdir(folder, { recursive: true });
    await mkdir(join(directory.path, 'spool'));
    await writeFile(join(folder, crashId), '{}');
    const crashes = await openStoredCrashes(directory.path, noS3);
    expect(crashes.location).toBe(join(directory.path, 'crashes'));
    expect(await Array.fromAsync(crashes.crashIds('20261120'))).toEqual([crashId]);
  });

  it.each([
    ['/no/such/directory', '/no/such/directory is not a directory'],
    ['gs://bucket', 'gs://bucket must be s3://bucket[/prefix] or a directory'],
    ['s3://', 's3:// has no valid bucket name; write s3://bucket or s3://bucket/prefix'],
    ['s3://Not_A_Bucket/x', /^s3:\/\/Not_A_Bucket\/x has no valid bucket name/],
    ['s3://bucket/a//b', /^s3:\/\/bucket\/a\/\/b has no valid prefix: invalid blob key "a\/\/b"/],
  ])('is refused when it is %s', async (location, message) => {
    const opening = openStoredCrashes(location, { ...noS3, region: 'us-east-1' });
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toMatchObject({ code: 'invalid_location', retryable: false });
  });

  it('is refused when it is in S3 and there is no region', async () => {
    await expect(openStoredCrashes('s3://bucket', noS3)).rejects.toThrow(
      's3://bucket requires AWS_REGION, which is not set',
    );
  });

  it('names a bucket that does not exist', async () => {
    const { connection } = await starting;
    const opening = openStoredCrashes('s3://no-such-bucket', {
      region: connection.region,
      s3Endpoint: connection.endpoint,
      s3PathStyle: true,
    });
    await expect(opening).rejects.toThrow(/no-such-bucket: NoSuchBucket/);
  });
});
