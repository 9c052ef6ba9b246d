import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { type EmbeddedQueues, openEmbeddedQueues } from '#antenna/message-queue';
import { type BlobCall, interceptBlobStore } from './intercept-blob-store.js';
import { interceptQueue, type QueueOperation } from './intercept-queue.js';
import { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.js';

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(() => directory.remove());

describe('interceptBlobStore', () => {
  let store: BlobStore;

  beforeEach(async () => {
    store = await openDirectoryBlobStore({ directory: directory.path });
  });

  it('passes every call on after calling the interceptor', async () => {
    const calls: BlobCall[] = [];
    const intercepted = interceptBlobStore(store, (call) => void calls.push(call));
    await intercepted.put('a/b', Buffer.from('x'));
    expect(await intercepted.get('a/b')).toEqual(Buffer.from('x'));
    const listed = [];
    for await (const { key } of intercepted.list('a/')) listed.push(key);
    await intercepted.delete('a/b');
    await intercepted.check();

    expect(listed).toEqual(['a/b']);
    expect(calls.map(({ operation, key }) => `${operation} ${key}`)).toEqual([
      'put a/b',
      'get a/b',
      'delete a/b',
      'check ',
    ]);
    await expect(store.get('a/b')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('fails a call with the error of the interceptor without executing it', async () => {
    const intercepted = interceptBlobStore(store, ({ operation }) => {
      if (operation === 'put') throw new Error('broken on command');
    });
    await expect(intercepted.put('a/b', Buffer.from('x'))).rejects.toThrow('broken on command');
    await expect(intercepted.get('a/b')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('interceptQueue', () => {
  let queues: EmbeddedQueues;

  beforeEach(async () => {
    queues = await openEmbeddedQueues({ directory: directory.path });
  });

  afterEach(() => queues.close());

  it('passes every call on after calling the interceptor', async () => {
    const calls: QueueOperation[] = [];
    const queue = interceptQueue(queues.queue('some'), (operation) => void calls.push(operation));
    await queue.send([{ body: 'x' }]);
    const [message] = await queue.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 60_000 });
    await queue.changeVisibility(message?.receipt ?? '', 60_000);
    expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 1 });
    await queue.delete(message?.receipt ?? '');
    expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
    await queue.check();
    await queue.close();

    const expected = ['send', 'receive', 'changeVisibility', 'depth', 'delete', 'depth', 'check'];
    expect([queue.name, calls]).toEqual(['some', expected]);
  });

  it('fails a call with the error of the interceptor without executing it', async () => {
    const real = queues.queue('some');
    const queue = interceptQueue(real, (operation) => {
      if (operation === 'send') throw new Error('broken on command');
    });
    await expect(queue.send([{ body: 'x' }])).rejects.toThrow('broken on command');
    expect(await real.depth()).toMatchObject({ visible: 0 });
  });
});
