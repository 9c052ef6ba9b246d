import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { errorMessage, isError } from '#antenna/errors';
import { CrashIndexError } from './crash-index-error.js';

/** How long to wait for another process that writes, in milliseconds. The thread does nothing else meanwhile. */
const busyTimeoutMs = 250;
/** Increase it with every change of the schema: a file with any other version is rebuilt. */
const schemaVersion = 1;
const schema = `
  CREATE TABLE crash (
    id TEXT PRIMARY KEY,
    signature TEXT NOT NULL,
    reason TEXT,
    product TEXT,
    version TEXT,
    channel TEXT,
    process TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,
    indexed_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX crash_by_time ON crash (submitted_at, signature, product, channel, process, version);
  CREATE TABLE state (is_complete INTEGER NOT NULL) STRICT;
  INSERT INTO state VALUES (0);
  PRAGMA user_version = ${schemaVersion};
`;

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html). */
const damageCodes: ReadonlySet<unknown> = new Set([11, 26]);

/** Where `npm start` keeps the index in its data directory. */
export function crashIndexFile(dataDirectory: string): string {
  return join(dataDirectory, 'index', 'crashes.sqlite');
}

/**
 * Opens the file to write, and creates it. One that is damaged or has another schema is replaced by an empty one: all that
 * it has can be read from the processed crashes again.
 * @throws CrashIndexError
 */
export async function openIndexFile(path: string): Promise<DatabaseSync> {
  const { DatabaseSync: Database } = await import('node:sqlite');
  const open = (): DatabaseSync => {
    const database = inIndex(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      return new Database(path, { timeout: busyTimeoutMs });
    });
    return checked(database, path, () => {
      // Nothing is lost that could not be indexed again.
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      if (versionOf(database) === 0 && isEmpty(database))
        database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT`);
    });
  };
  try {
    return open();
  } catch (error) {
    if (!(error instanceof CrashIndexError) || error.code !== 'damaged') throw error;
    removeIndexFile(path);
    return open();
  }
}

/** Processes that read it keep what they have opened. */
export function removeIndexFile(path: string): void {
  for (const ending of ['', '-wal', '-shm'])
    inIndex(path, () => rmSync(path + ending, { force: true }));
}

/** @throws CrashIndexError, with `damaged` also for a file of another version */
export async function openExistingFile(
  path: string,
  access: 'read' | 'write',
): Promise<DatabaseSync> {
  const { DatabaseSync: Database } = await import('node:sqlite');
  // Opening to write would create a missing file.
  inIndex(path, () => statSync(path));
  const readOnly = access === 'read';
  const database = inIndex(path, () => new Database(path, { readOnly, timeout: busyTimeoutMs }));
  return checked(database, path, () => undefined);
}

/** A new file that only this process uses and that needs not outlive it. */
export async function createTemporary(path: string): Promise<DatabaseSync> {
  const { DatabaseSync: Database } = await import('node:sqlite');
  const database = inIndex(path, () => new Database(path));
  return checked(database, path, () =>
    database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ${schema} BEGIN`),
  );
}

/** Runs work on the file; SQLite's errors become ours. */
export function inIndex<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CrashIndexError) throw error;
    const code = isDamage(error) ? 'damaged' : 'unavailable';
    throw new CrashIndexError(code, `crash index ${path}: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

function checked(database: DatabaseSync, path: string, prepare: () => void): DatabaseSync {
  try {
    return inIndex(path, () => {
      prepare();
      const version = versionOf(database);
      if (version !== schemaVersion)
        throw new CrashIndexError('damaged', `crash index ${path} has the schema ${version}`);
      return database;
    });
  } catch (error) {
    database.close();
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_master').get() === undefined;
}

/** The lowest byte is the primary code. */
function isDamage(error: unknown): boolean {
  return isError(error) && 'errcode' in error && damageCodes.has(Number(error.errcode) & 0xff);
}
