import { MessageQueueError, type MessageQueueErrorCode } from '../message-queue-error.js';
import type { StorageFailure } from './queue-operations.js';

const systemCodes: Readonly<Record<string, MessageQueueErrorCode>> = {
  ENOSPC: 'no_space',
  EDQUOT: 'no_space',
  EACCES: 'access_denied',
  EPERM: 'access_denied',
  EROFS: 'access_denied',
};

/** SQLite's primary result codes (sqlite.org/rescode.html); everything else is `unavailable`. */
const sqliteCodes: Readonly<Record<number, MessageQueueErrorCode>> = {
  3: 'access_denied', // SQLITE_PERM
  8: 'access_denied', // SQLITE_READONLY
  13: 'no_space', // SQLITE_FULL
};

/** The queue's error for what went wrong in the worker thread, with the failure as cause. */
export function storageError(path: string, failure: StorageFailure): MessageQueueError {
  const code =
    sqliteCodes[(failure.sqliteCode ?? 0) & 0xff] ??
    systemCodes[failure.code ?? ''] ??
    'unavailable';
  return new MessageQueueError(code, `queues in ${path}: ${failure.message}`, { cause: failure });
}
