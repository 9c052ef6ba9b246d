import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueWorker, startQueueThread } from './queue-worker.js';

const message = { queue: 'intake', now: 1, messages: [{ body: 'x' }] };

describe('QueueWorker', () => {
  let directory: string;
  let threads: Worker[];
  let worker: QueueWorker;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'queue-worker-'));
    threads = [];
    worker = new QueueWorker(join(directory, 'queues.sqlite'), (path) => {
      const thread = startQueueThread(path);
      threads.push(thread);
      return thread;
    });
  });

  afterEach(async () => {
    await worker.close();
    await rm(directory, { recursive: true });
  });

  it('rejects the requests of a thread that died and continues with a new thread', async () => {
    await worker.request('send', message);
    const exited = threads[0]?.terminate();
    const lost = worker.request('send', message);
    await expect(lost).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await exited;
    expect(await worker.request('depth', { queue: 'intake', now: 1 })).toMatchObject({
      visible: 1,
    });
    expect(threads).toHaveLength(2);
  });

  it('does not give a rejected request to the next thread', async () => {
    await worker.request('send', message);
    const lost = worker.request('send', message);
    // Before the request is posted, which is at the end of this turn of the event loop.
    threads[0]?.emit('exit', 1);
    threads[0]?.removeAllListeners('exit');
    const depth = worker.request('depth', { queue: 'intake', now: 1 });
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
    expect(await depth).toMatchObject({ visible: 1 });
    await threads[0]?.terminate();
  });

  it('rejects a request that cannot be stored and stores nothing of its batch', async () => {
    await worker.request('names', {});
    const other = new DatabaseSync(worker.path);
    other.exec(`CREATE TRIGGER refuse BEFORE INSERT ON message WHEN NEW.body = 'bad'
                BEGIN SELECT RAISE(ABORT, 'no room for this'); END`);
    const bad = { ...message, messages: [{ body: 'good' }, { body: 'bad' }] };
    await expect(worker.request('send', bad)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no room for this'),
    });
    await worker.request('send', message);
    expect(await worker.request('depth', { queue: 'intake', now: 1 })).toMatchObject({
      visible: 1,
    });
    other.close();
  });
});
