import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ScriptedServer, startScriptedServer, waitFor } from '#antenna/testing';
import type { BlobStore } from '../blob-store.js';
import { openS3BlobStore } from './open-s3-blob-store.js';
import type { S3BlobStoreOptions } from './s3-client.js';
import { s3Failure, stored } from './s3-answers.contract.js';

const status = (code: number) => (response: ServerResponse) => {
  response.writeHead(code).end();
};

describe('an S3 blob store', () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await startScriptedServer();
    server.script(stored);
  });

  afterEach(() => server.stop());

  function open(options: Partial<S3BlobStoreOptions> = {}): Promise<BlobStore> {
    return openS3BlobStore({
      bucket: 'crashes',
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      ...options,
    });
  }

  it('puts an object by one PutObject with a signed CRC32 and no hash of the body', async () => {
    const bytes = Buffer.alloc(3_000_000, 'minidump');
    const store = await open({ prefix: 'staging/' });
    await store.put('v1/envelope/a', bytes);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(bytes));
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      url: '/crashes/staging/v1/envelope/a?x-id=PutObject',
      headers: {
        'content-length': '3000000',
        'x-amz-checksum-crc32': sum.toString('base64'),
        'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
        authorization: expect.stringMatching(/SignedHeaders=[^,]*x-amz-checksum-crc32/),
      },
    });
    expect(server.requests[0]?.headers['expect']).toBeUndefined();
    expect(server.requests[0]?.headers['content-encoding']).toBeUndefined();
  });

  it('sends the checksum that its caller has verified, so that S3 refuses other bytes', async () => {
    const store = await open();
    await store.put('v1/dump/a', { bytes: Buffer.from('minidump'), crc32: '00c0ffee' });
    expect(server.requests[0]?.headers['x-amz-checksum-crc32']).toBe('AMD/7g==');
  });

  it('makes its calls over one connection, with the session token', async () => {
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' };
    const store = await open({ credentials });
    await store.put('a=b/c', Buffer.from('x'));
    await store.delete('a=b/c');
    expect(await server.connections()).toBe(1);
    expect(server.requests).toMatchObject([
      { method: 'PUT', url: '/crashes/a%3Db/c?x-id=PutObject' },
      { method: 'DELETE', url: '/crashes/a%3Db/c?x-id=DeleteObject' },
    ]);
    for (const { headers } of server.requests) {
      expect(headers['x-amz-security-token']).toBe('token');
      expect(headers['authorization']).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
      expect(JSON.stringify(headers)).not.toContain('secret');
    }
  });

  it('looks for an object by one HeadObject, and names the permission that is missing', async () => {
    const store = await open();
    expect(await store.size('a=b/c')).toBe(0);
    server.script(status(404));
    expect(await store.size('a=b/c')).toBeUndefined();
    expect(server.requests).toMatchObject([
      { method: 'HEAD', url: '/crashes/a%3Db/c?x-id=HeadObject' },
      { method: 'HEAD' },
    ]);
    server.script(status(403));
    await expect(store.size('a')).rejects.toMatchObject({
      code: 'access_denied',
      message: expect.stringMatching(
        /^cannot find a in bucket crashes: AccessDenied .*needs s3:GetObject, and s3:ListBucket/,
      ),
    });
    server.script(status(503), stored);
    expect(await store.size('a')).toBe(0);
  });

  it('limits concurrent requests, but does not make a check wait', async () => {
    const held: ServerResponse[] = [];
    server.script((response) => void held.push(response));
    const store = await open({ maxConcurrency: 2 });
    const puts = ['a', 'b', 'c', 'd', 'e'].map((key) => store.put(key, Buffer.from(key)));
    await waitFor(() => held.length === 2);
    server.script(stored);
    await store.check();
    expect(server.requests).toHaveLength(3);
    held.forEach((response) => response.end());
    await Promise.all(puts);
    expect(server.requests).toHaveLength(6);
  });

  it('lets the next call through after a failure', async () => {
    server.script(s3Failure(403, 'AccessDenied'), stored);
    const store = await open({ maxConcurrency: 1 });
    const first = store.put('a', Buffer.from('x'));
    const second = store.put('b', Buffer.from('x'));
    await expect(first).rejects.toMatchObject({ code: 'access_denied' });
    await expect(second).resolves.toBeUndefined();
  });

  it('checks write access by storing an object', async () => {
    const store = await open({ prefix: 'staging' });
    await store.check();
    expect(server.requests).toMatchObject([
      { method: 'PUT', url: '/crashes/staging/health/antenna-writable?x-id=PutObject' },
    ]);
    server.script(s3Failure(403, 'AccessDenied'));
    await expect(store.check()).rejects.toMatchObject({ code: 'access_denied' });
  });

  it('checks read access by reading an object', async () => {
    const store = await open({ access: 'read' });
    server.script(s3Failure(404, 'NoSuchKey'));
    await store.check();
    expect(server.requests).toMatchObject([
      { method: 'GET', url: '/crashes/health/antenna-writable?x-id=GetObject' },
    ]);
    server.script(s3Failure(403, 'AccessDenied'));
    await expect(store.check()).rejects.toMatchObject({ code: 'access_denied' });
    server.script(s3Failure(404, 'NoSuchBucket'));
    await expect(store.check()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each(['/', 'a//b', '../a', 'ä'])('rejects the folder %j', async (prefix) => {
    await expect(open({ prefix })).rejects.toMatchObject({ code: 'invalid_key' });
  });

  it('rejects a key that is too long together with its folder', async () => {
    const key = Array.from({ length: 10 }, () => 'k'.repeat(99)).join('/');
    const store = await open({ prefix: 'f'.repeat(60) });
    await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject({ code: 'invalid_key' });
    expect(server.requests).toHaveLength(0);
  });
});
