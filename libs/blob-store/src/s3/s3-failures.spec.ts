import { once } from 'node:events';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, type ScriptedServer, startScriptedServer, waitFor } from '#antenna/testing';
import type { BlobStore } from '../blob-store.js';
import { openS3BlobStore } from './open-s3-blob-store.js';
import type { S3BlobStoreOptions } from './s3-client.js';
import { brokenConnection, object, s3Failure, silence, stored } from './s3-answers.contract.js';

describe('an S3 blob store with failing requests', () => {
  let server: ScriptedServer;
  let folder: string;

  beforeEach(async () => {
    server = await startScriptedServer();
    folder = await mkdtemp(join(tmpdir(), 's3-failures-'));
  });

  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  function open(options: Partial<S3BlobStoreOptions> = {}): Promise<BlobStore> {
    return openS3BlobStore({
      bucket: 'crashes',
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      retryDelayMs: 1,
      ...options,
    });
  }

  async function largeFile(): Promise<{ path: string; size: number; bytes: Buffer }> {
    const bytes = Buffer.alloc(5 * 1024 * 1024, 'minidump');
    const path = join(folder, 'large');
    await writeFile(path, bytes);
    return { path, size: bytes.length, bytes };
  }

  it.each([
    ['a server error', s3Failure(503, 'SlowDown')],
    ['a damaged body', s3Failure(400, 'BadDigest')],
    ['a broken connection', brokenConnection],
  ])('repeats a put of bytes after %s', async (_, failure) => {
    server.script(failure, failure, stored);
    const store = await open();
    await store.put('a', Buffer.from('the bytes'));
    expect(server.requests.map(({ body }) => body.toString())).toEqual(
      Array.from({ length: 3 }, () => 'the bytes'),
    );
  });

  it('does not go on sending bytes that were refused before all of them were sent', async () => {
    const bytes = Buffer.alloc(32 * 1024 * 1024, 'minidump');
    let refused: IncomingMessage | undefined;
    const slow = createServer((request, response) => {
      if (refused) {
        request.resume().on('end', () => response.end());
        return;
      }
      refused = request;
      // Otherwise the server would drop the rest after the answer.
      request.on('readable', () => undefined);
      response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
    }).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { port } = slow.address() as AddressInfo;
    const store = await open({ endpoint: `http://127.0.0.1:${port}` });
    await store.put('a', bytes);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    refused?.on('end', end).removeAllListeners('readable').resume();
    refused?.socket.on('close', end);
    await ended;
    slow.close();
    slow.closeAllConnections();
    expect(refused?.complete).toBe(false);
  });

  it('reads a file again for another attempt', async () => {
    const { bytes, ...file } = await largeFile();
    server.script(s3Failure(500, 'InternalError'), stored);
    const store = await open();
    await store.put('a', file);
    expect(server.requests.map(({ body }) => body.equals(bytes))).toEqual([true, true]);
  });

  it('fails if the file is deleted before another attempt', async () => {
    const file = await largeFile();
    server.script((response, request) => {
      void unlink(file.path).then(() => s3Failure(500, 'InternalError')(response, request));
    }, stored);
    const store = await open();
    await expect(store.put('a', file)).rejects.toMatchObject({ name: 'BlobStoreError' });
    expect(server.requests).toHaveLength(1);
  });

  it('rejects after the last attempt with the cause', async () => {
    server.script(s3Failure(503, 'SlowDown'));
    const store = await open({ maxAttempts: 4 });
    await expect(store.put('a/b', Buffer.from('secret body'))).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      message: 'cannot put a/b in bucket crashes: SlowDown (HTTP 503): no luck',
      cause: { name: 'SlowDown' },
    });
    expect(server.requests).toHaveLength(4);
  });

  it.each([
    [403, 'AccessDenied', 'access_denied'],
    [403, 'InvalidAccessKeyId', 'access_denied'],
    [400, 'ExpiredToken', 'access_denied'],
    [404, 'NoSuchBucket', 'unavailable'],
    [404, 'NotFound', 'unavailable'],
    [301, 'PermanentRedirect', 'unavailable'],
    [507, 'InsufficientStorage', 'no_space'],
  ])('does not retry after %i %s and rejects with %s', async (status, name, code) => {
    server.script(s3Failure(status, name));
    const store = await open();
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ code });
    await expect(store.get('a')).rejects.toMatchObject({ code });
    expect(server.requests).toHaveLength(2);
  });

  it('names the bucket and the missing permission', async () => {
    server.script(s3Failure(403, 'AccessDenied'));
    const store = await open();
    const calls = [
      store.put('a', Buffer.from('x')),
      store.get('a'),
      store.delete('a'),
      Array.fromAsync(store.list('a')),
      store.check(),
    ];
    const outcomes = await Promise.allSettled<unknown>(calls);
    const reasons = outcomes.map((outcome) => 'reason' in outcome && String(outcome.reason));
    expect(reasons).toEqual([
      refused('put a', 's3:PutObject'),
      refused('get a', 's3:GetObject, and s3:ListBucket for objects that may not exist'),
      refused('delete a', 's3:DeleteObject'),
      refused('list a*', 's3:ListBucket'),
      refused('put health/antenna-writable', 's3:PutObject'),
    ]);
  });

  it('names a bucket that does not exist', async () => {
    server.script(s3Failure(404, 'NoSuchBucket'));
    const store = await open();
    await expect(store.get('a')).rejects.toThrow('bucket crashes: NoSuchBucket (HTTP 404)');
  });

  it('rejects with unavailable if the connection is refused', async () => {
    const store = await open({ endpoint: `http://127.0.0.1:${await freePort()}` });
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('reads a limited part of an error response and closes its connection', async () => {
    server.script((response) => {
      response.writeHead(403);
      const write = (): void => {
        while (response.write(Buffer.alloc(16 * 1024, 'x')));
        response.once('drain', write);
      };
      write();
    });
    const store = await open();
    await expect(store.get('a')).rejects.toMatchObject({
      code: 'access_denied',
      message: 'cannot get a in bucket crashes: UnknownError (HTTP 403): no reason given',
    });
    await waitFor(async () => (await server.connections()) === 0);
  });

  it('does not reuse the connection of a body that it did not read', async () => {
    server.script((response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' }).write('without a length');
    }, stored);
    const store = await open({ maxAttempts: 1 });
    await expect(store.get('a')).rejects.toThrow('no content length');
    await waitFor(async () => (await server.connections()) === 0);
  });

  it('signs again with the time of the server if the clock is wrong', async () => {
    const date = new Date(Date.now() + 3_600_000);
    server.script((response, request) => {
      response.setHeader('date', date.toUTCString());
      s3Failure(403, 'RequestTimeTooSkewed')(response, request);
    }, stored);
    const store = await open();
    await store.put('a', Buffer.from('x'));
    const times = server.requests.map(({ headers }) => String(headers['x-amz-date']));
    expect(times).toHaveLength(2);
    expect(times[1]?.slice(0, 11)).toBe(date.toISOString().replace(/[:-]/g, '').slice(0, 11));
  });

  it('ends calls and connections to a server that does not respond', async () => {
    server.script(silence);
    const store = await open({ requestTimeoutMs: 50 });
    const timeout = { code: 'timeout', retryable: true };
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject(timeout);
    await expect(store.get('a')).rejects.toMatchObject(timeout);
    await expect(store.delete('a')).rejects.toMatchObject(timeout);
    await expect(store.check()).rejects.toMatchObject(timeout);
    await waitFor(async () => (await server.connections()) === 0);
  });

  it('ends the put of a large file to a server that does not respond', async () => {
    server.script(silence);
    const store = await open({ requestTimeoutMs: 50, minBytesPerSecond: 1024 ** 3 });
    await expect(store.put('a', await largeFile())).rejects.toMatchObject({ code: 'timeout' });
    await waitFor(async () => (await server.connections()) === 0);
  });

  it('ends a get whose body stops arriving', async () => {
    server.script(object('half', { 'content-length': '8' }));
    const store = await open({ requestTimeoutMs: 50 });
    await expect(store.get('a')).rejects.toMatchObject({ code: 'timeout' });
  });

  it('repeats a get whose body is incomplete or has a wrong checksum', async () => {
    server.script(
      (response, request) => {
        const headers = { 'content-length': '8', 'x-amz-checksum-crc32': 'AAAAAA==' };
        object('half', headers)(response, request);
        setImmediate(() => response.socket?.destroy());
      },
      object('damaged!', { 'x-amz-checksum-crc32': 'AAAAAA==' }),
      object('the content', { 'x-amz-checksum-crc32': base64Crc32('the content') }),
    );
    const store = await open();
    expect((await store.get('a')).toString()).toBe('the content');
    expect(server.requests.map(({ headers }) => headers['x-amz-checksum-mode'])).toEqual(
      Array.from({ length: 3 }, () => 'ENABLED'),
    );
  });

  it('never returns bytes with a wrong checksum', async () => {
    server.script(object('damaged!', { 'x-amz-checksum-crc32': 'AAAAAA==' }));
    const store = await open();
    await expect(store.get('a')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Checksum mismatch'),
    });
  });

  it('leaves checksums to a reader that has its own', async () => {
    server.script(object('checked later'));
    const store = await open({ checksumsBy: 'reader' });
    expect((await store.get('a')).toString()).toBe('checked later');
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers).not.toHaveProperty('x-amz-checksum-mode');
  });

  it('does not compare the checksum of an object that was uploaded in parts', async () => {
    server.script(object('in parts', { 'x-amz-checksum-crc32': 'AAAAAA==-2' }));
    const store = await open();
    expect((await store.get('a')).toString()).toBe('in parts');
  });
});

function refused(action: string, permission: string): string {
  return `BlobStoreError: cannot ${action} in bucket crashes: AccessDenied (HTTP 403): no luck (needs ${permission})`;
}

function base64Crc32(content: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(content));
  return bytes.toString('base64');
}
