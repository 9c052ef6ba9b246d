import { accessSync, closeSync, constants, lstatSync, openSync, truncateSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { isError, isMissing, systemCode } from '#antenna/errors';

/** SQLite's result codes: another process holds the lock; the file has other content than a database. */
const sqliteBusy = 5;
const sqliteNotADatabase = 26;

/** Held by the process that uses a directory. */
export interface DirectoryLock {
  /** False when the lock file was removed or replaced: another process could lock the directory then. */
  isInPlace(): Promise<boolean>;
  release(): void;
}

/**
 * Locks a directory for this process. Node has no flock. SQLite's exclusive lock is a POSIX record
 * lock, which the kernel releases when the process ends, even after SIGKILL, so that a restarted ingest never
 * finds a stale lock.
 * @returns undefined when another process holds the directory.
 * @throws the system's error when the lock file cannot be created or written
 */
export function lockDirectory(directory: string): DirectoryLock | undefined {
  const path = join(directory, 'lock');
  ensureWritableFile(path);
  const database = lockedDatabase(path);
  if (!database) return undefined;
  const { dev, ino } = lstatSync(path);
  return {
    isInPlace: async () => {
      try {
        const now = await lstat(path);
        return now.ino === ino && now.dev === dev;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
    release: () => database.close(),
  };
}

function lockedDatabase(path: string): DatabaseSync | undefined {
  try {
    return lock(path);
  } catch (error) {
    const code = sqliteCode(error);
    if (code === sqliteBusy) return undefined;
    if (code !== sqliteNotADatabase) throw error;
    // This lock is never written to, so its content does not matter; SQLite takes an empty file.
    truncateSync(path);
    return lock(path);
  }
}

function lock(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * SQLite would not say why it cannot open the file. An existing file must not be opened here: to close it again
 * would release the lock that this process may have on it (fcntl(2), "Record locks").
 */
function ensureWritableFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (!lstatSync(path).isFile())
      throw Object.assign(new Error(`${path} is not a regular file`), { code: 'EEXIST' });
    accessSync(path, constants.R_OK | constants.W_OK);
  }
}

function sqliteCode(error: unknown): unknown {
  return isError(error) && 'errcode' in error ? error.errcode : undefined;
}
