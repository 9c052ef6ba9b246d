import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { errorMessage, isError } from '#antenna/errors';
import { CrashIndexError } from '../crash-index-error.js';
import { columns } from './columns.js';

/** How long to wait for another process that writes, in milliseconds. The thread does nothing else meanwhile. */
const busyTimeoutMs = 250;
/**
 * Strings are numbers of `term`, and the modules of a crash one number of `module_list`: a scan reads few bytes.
 * `listed_module` finds the lists that have a number.
 */
const schema = `
  CREATE TABLE crash (
    date INTEGER NOT NULL,
    id BLOB NOT NULL,
    ${columns.map(({ name, kind }) => `${name} ${kind === 'number' ? 'ANY' : 'INTEGER'}`).join(', ')},
    PRIMARY KEY (date, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX crash_by_signature ON crash (signature, date);
  CREATE TABLE crash_id (
    id BLOB PRIMARY KEY,
    date INTEGER NOT NULL,
    indexed_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE term (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    field INTEGER NOT NULL,
    value TEXT NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0,
    UNIQUE (field, value)
  ) STRICT;
  CREATE TABLE module_list (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL UNIQUE,
    modules TEXT NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE VIRTUAL TABLE listed_module USING fts5 (
    modules, content = '', contentless_delete = 1, detail = none
  );
  CREATE TABLE state (is_complete INTEGER NOT NULL) STRICT;
  INSERT INTO state VALUES (0);
`;
/** A file with another schema is rebuilt. */
export const schemaVersion = crc32(schema) >>> 1;

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
        database.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${schemaVersion}; COMMIT`);
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

/** Runs work on the file; SQLite's errors become ours. */
export function inIndex<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CrashIndexError) throw error;
    const sqliteCode = isError(error) && 'errcode' in error ? Number(error.errcode) : undefined;
    throw indexError(path, errorMessage(error), sqliteCode, error);
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

/** @param sqliteCode of a failure of SQLite; its lowest byte is the primary code */
export function indexError(
  path: string,
  problem: string,
  sqliteCode: number | undefined,
  cause?: unknown,
): CrashIndexError {
  const code = damageCodes.has((sqliteCode ?? 0) & 0xff) ? 'damaged' : 'unavailable';
  return new CrashIndexError(code, `crash index ${path}: ${problem}`, { cause });
}
