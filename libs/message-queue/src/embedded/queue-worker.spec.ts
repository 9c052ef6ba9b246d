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

  it('fails what a dying thread leaves unanswered, and goes on with a new thread', async () => {
    await worker.request('send', message);
    const ended = threads[0]?.terminate();
    const lost = worker.request('send', message);
    await expect(lost).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await ended;
    expect(await worker.request('depth', { queue: 'intake', now: 1 })).toMatchObject({
      visible: 1,
    });
    expect(threads).toHaveLength(2);
  });

  it('fails a request that cannot be stored and keeps none of its batch', async () => {
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
