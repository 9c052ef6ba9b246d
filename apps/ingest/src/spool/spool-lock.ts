import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { isError } from '#antenna/telemetry';

/** SQLite's result code for a lock that somebody else holds. */
const sqliteBusy = 5;

/** Held by the one process that owns a spool directory. */
export interface SpoolLock {
  release(): void;
}

/**
 * Takes the spool directory for this process. Node has no flock; SQLite's exclusive lock is a POSIX record
 * lock that the kernel drops with the process, also after SIGKILL, so no stale lock file can keep a
 * restarted ingest out.
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
