import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import { errorMessage } from '#antenna/errors';
import { storageError } from './queue-worker.js';

/** SQLite's result code for a database that has reached its size limit. */
function codeWhenFull(): number {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE message (body TEXT); PRAGMA max_page_count = 3');
  try {
    database.prepare('INSERT INTO message VALUES (?)').run('x'.repeat(100_000));
    return 0;
  } catch (error) {
    return (error as { errcode: number }).errcode;
  } finally {
    database.close();
  }
}

describe('storageError', () => {
  it.each([
    ['a full disk seen by SQLite', { sqliteCode: codeWhenFull() }, 'no_space'],
    ['a full disk', { code: 'ENOSPC' }, 'no_space'],
    ['an exhausted quota', { code: 'EDQUOT' }, 'no_space'],
    ['a read-only file', { sqliteCode: 8 | (4 << 8) }, 'access_denied'],
    ['a forbidden directory', { code: 'EACCES' }, 'access_denied'],
    ['a busy database', { sqliteCode: 5, code: 'ERR_SQLITE_ERROR' }, 'unavailable'],
    ['a locked table', { sqliteCode: 6 }, 'unavailable'],
    ['an error of the disk', { sqliteCode: 10 | (3 << 8) }, 'unavailable'],
    ['an error of a full disk', { sqliteCode: 10 | (19 << 8), code: 'ENOSPC' }, 'no_space'],
    ['anything else', {}, 'unavailable'],
  ])('maps %s to a code of MessageQueueError', (_, fields, code) => {
    const failure = { ...fields, message: 'the reason' };
    const error = storageError('/data/queues.sqlite', failure);
    expect(error).toMatchObject({
      name: 'MessageQueueError',
      code,
      retryable: true,
      cause: failure,
      message: 'queues in /data/queues.sqlite: the reason',
    });
    expect(errorMessage(error)).toBe(error.message);
  });
});
