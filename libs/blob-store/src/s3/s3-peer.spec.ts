import { ListObjectVersionsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AwsPeer, createBucket, versitygw } from '#antenna/testing';
import { blobStoreContract } from '../blob-store.contract.js';
import type { BlobStore } from '../blob-store.js';
import { createDirectClient, createS3Client, type S3BlobStoreOptions } from './s3-client.js';
import { uploadBody } from './object-body.js';
import { openS3BlobStore } from './open-s3-blob-store.js';
import { putRequest } from './object-requests.js';

const describePeer = versitygw.isInstalled ? describe : describe.skip;

describePeer('with versitygw (installed by .ci/install-peers)', () => {
  let peer: AwsPeer;
  beforeAll(async () => {
    peer = await versitygw.start();
  }, 60_000);
  afterAll(() => peer.stop());

  async function newStore(options: Partial<S3BlobStoreOptions> = {}): Promise<BlobStore> {
    const bucket = `bucket-${randomUUID()}`;
    await createBucket(peer.connection, bucket);
    return openS3BlobStore({ ...peer.connection, bucket, ...options });
  }

  blobStoreContract('a bucket', async () => ({
    store: await newStore(),
    dispose: async () => undefined,
  }));

  it.each([25, 150])('stores and returns an object of %i MB', async (megabytes) => {
    const store = await newStore();
    const file = await largeFile(megabytes * 1_000_000);
    try {
      await store.put('large', file);
    } finally {
      await rm(file.path);
    }
    const bytes = await store.get('large');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
  });

  it('deletes the older versions of an object, or all of them', async () => {
    const bucket = `bucket-${randomUUID()}`;
    await createBucket(peer.connection, bucket);
    const client = createS3Client({ ...peer.connection, bucket }, 1);
    const status = { VersioningConfiguration: { Status: 'Enabled' as const } };
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, ...status }));
    const store = await openS3BlobStore({ ...peer.connection, bucket });
    const versions = async (): Promise<string[]> => {
      const command = new ListObjectVersionsCommand({ Bucket: bucket });
      const { Versions = [], DeleteMarkers = [] } = await client.send(command);
      return [...Versions, ...DeleteMarkers].map(({ Key, IsLatest }) => `${Key} ${IsLatest}`);
    };
    for (const text of ['1', '2']) await store.put('a', Buffer.from(text));
    expect(await store.rewrite('a', () => Buffer.from('3'))).toBe(true);
    await store.put('ab', Buffer.from('x'));
    expect((await versions()).toSorted()).toEqual(['a false', 'a false', 'a true', 'ab true']);
    await store.deleteVersions('a', 'older');
    expect((await versions()).toSorted()).toEqual(['a true', 'ab true']);
    expect((await store.get('a')).toString()).toBe('3');
    await store.delete('a');
    expect(await versions()).toHaveLength(3);
    await store.deleteVersions('a', 'all');
    expect(await versions()).toEqual(['ab true']);
    client.destroy();
  });

  it('rejects if the bucket does not exist or the credentials are wrong', async () => {
    const bucket = `bucket-${randomUUID()}`;
    const nowhere = await openS3BlobStore({ ...peer.connection, bucket });
    await expect(nowhere.get('a')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`${bucket}: NoSuchBucket`),
    });
    await expect(nowhere.check()).rejects.toMatchObject({ code: 'unavailable' });
    const { accessKeyId } = peer.connection.credentials;
    const stranger = await newStore({ credentials: { accessKeyId, secretAccessKey: 'guessed' } });
    await expect(stranger.put('a', Buffer.from('x'))).rejects.toMatchObject({
      code: 'access_denied',
    });
    await expect(stranger.get('a')).rejects.toMatchObject({ code: 'access_denied' });
  });

  it('does not store bytes that were damaged in transit', async () => {
    const bucket = `bucket-${randomUUID()}`;
    await createBucket(peer.connection, bucket);
    const client = createS3Client({ ...peer.connection, bucket }, 1);
    const upload = await uploadBody(Buffer.from('the bytes'));
    const put = putRequest('a', upload, Buffer.from('the bite.'));
    const direct = createDirectClient(client, bucket);
    await expect(direct.call(put, AbortSignal.timeout(10_000))).rejects.toMatchObject({
      name: 'BadDigest',
    });
    client.destroy();
  });

  it('passes its check for read access on an empty bucket', async () => {
    const store = await newStore({ access: 'read' });
    await expect(store.check()).resolves.toBeUndefined();
  });
});

async function largeFile(size: number): Promise<{ path: string; size: number; sha256: string }> {
  const path = join(tmpdir(), `s3-peer-${randomUUID()}`);
  const block = randomBytes(1_000_000);
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    for (let written = 0; written < size; written += block.length) {
      block.writeUInt32BE(written);
      await file.write(block);
      hash.update(block);
    }
  } finally {
    await file.close();
  }
  return { path, size, sha256: hash.digest('hex') };
}
