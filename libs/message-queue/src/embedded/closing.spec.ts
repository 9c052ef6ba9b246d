import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { receiveAll, sendBodies } from '../queues-under-test.contract.js';
import { openEmbeddedQueues } from './embedded-queues.js';

const wait = { max: 1, waitMs: 20_000, visibilityTimeoutMs: 60_000 };

describe('opening and closing the embedded queues', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'queue-closing-'));
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('finishes requests in flight, ends waits and keeps the messages', async () => {
    const queues = await openEmbeddedQueues({ directory });
    const waiting = queues.queue('empty').receive(wait);
    const sends = Array.from({ length: 20 }, (_, index) =>
      sendBodies(queues.queue('intake'), `message ${index}`),
    );
    await Promise.all([...sends, queues.close()]);
    expect(await waiting).toEqual([]);
    const reopened = await openEmbeddedQueues({ directory });
    expect(await receiveAll(reopened.queue('intake'), 20)).toHaveLength(20);
    await reopened.close();
  });

  it('rejects all calls after closing, and can be closed again', async () => {
    const queues = await openEmbeddedQueues({ directory });
    const queue = queues.queue('intake');
    await queues.close();
    await queues.close();
    const closed = { name: 'MessageQueueError', code: 'unavailable' };
    await expect(sendBodies(queue, 'x')).rejects.toMatchObject(closed);
    await expect(queue.check()).rejects.toMatchObject(closed);
    await expect(queues.names()).rejects.toMatchObject(closed);
  });

  it('closes one queue and leaves the others open', async () => {
    const queues = await openEmbeddedQueues({ directory });
    const [closed, open] = [queues.queue('intake'), queues.queue('intake')];
    const waiting = closed.receive(wait);
    await closed.close();
    expect(await waiting).toEqual([]);
    await expect(sendBodies(closed, 'x')).rejects.toMatchObject({ code: 'unavailable' });
    await sendBodies(open, 'x');
    expect(await receiveAll(open, 1)).toHaveLength(1);
    await queues.close();
  });

  it('rejects a directory that is a file', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    await expect(openEmbeddedQueues({ directory: file })).rejects.toMatchObject({
      name: 'MessageQueueError',
      code: 'unavailable',
      cause: { code: 'EEXIST' },
    });
  });

  it('rejects a file that is not a database or has a newer version', async () => {
    await writeFile(join(directory, 'queues.sqlite'), 'not a database'.repeat(100));
    await expect(openEmbeddedQueues({ directory })).rejects.toThrow('not a database');
    const newer = join(directory, 'newer');
    await mkdir(newer);
    const database = new DatabaseSync(join(newer, 'queues.sqlite'));
    database.exec('PRAGMA user_version = 1000');
    database.close();
    await expect(openEmbeddedQueues({ directory: newer })).rejects.toThrow('newer version');
  });
});
