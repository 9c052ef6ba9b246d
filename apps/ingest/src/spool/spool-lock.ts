import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { isError } from '#antenna/errors';

/** SQLite's result code SQLITE_BUSY: another process holds the lock. */
const sqliteBusy = 5;

/** Held by the process that uses a spool directory. */
export interface SpoolLock {
  release(): void;
}

/**
 * Locks the spool directory for this process. Node has no flock. SQLite's exclusive lock is a POSIX record
 * lock, which the kernel releases when the process ends, even after SIGKILL, so that a restarted ingest never
 * finds a stale lock.
 * @returns undefined when another process holds the directory.
 */
export function lockSpool(directory: string): SpoolLock | undefined {
  const database = new DatabaseSync(join(directory, 'lock'));
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isError(error) && 'errcode' in error && error.errcode === sqliteBusy) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}
