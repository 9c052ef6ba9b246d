// Runs in the worker thread, also directly from TypeScript: relative imports must be of types only.
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How long to wait for a transaction of another process, in milliseconds. */
const busyTimeoutMs = 5000;
/** The size to which the write-ahead log is truncated after a burst, in bytes. */
const maxIdleLogBytes = 16 * 1024 * 1024;
const schemaVersion = 1;

/**
 * Ids are never reused (AUTOINCREMENT), so that an old receipt cannot identify a new message. The index
 * contains everything needed to find messages in order and to count the depth.
 */
const schema = `
  CREATE TABLE IF NOT EXISTS queue (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    receive_count INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS message_in_order ON message (queue, visible_at, sent_at);
  PRAGMA user_version = ${schemaVersion};
`;

/** When a process last looked at the clock. Added without a new schema version: older versions ignore the table. */
const clockSchema = `
  CREATE TABLE IF NOT EXISTS clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seen_at INTEGER NOT NULL
  ) STRICT;
`;

/**
 * Opens the database of the queues and creates it and its directory if needed. Several processes may open it.
 * With a write-ahead log, receives need no fsync although sends are durable.
 * @throws the system's or SQLite's error, or an Error if a newer version wrote the file.
 */
export function openQueueFile(path: string): DatabaseSync {
  createDurably(dirname(path));
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    database.exec('PRAGMA journal_mode = WAL');
    database.exec(`PRAGMA journal_size_limit = ${maxIdleLogBytes}`);
    // On macOS, fsync alone leaves bytes in the cache of the drive (SQLite, "PRAGMA fullfsync").
    database.exec('PRAGMA fullfsync = ON');
    migrate(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function migrate(database: DatabaseSync, path: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version > schemaVersion) {
      throw new Error(
        `${path} was written by a newer version of Antenna: its schema is ${version}, this version supports ${schemaVersion}`,
      );
    }
    if (version < schemaVersion) database.exec(schema);
    database.exec(clockSchema);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** SQLite syncs the directory of its file, but not the parents of a new directory. */
function createDurably(directory: string): void {
  const firstCreated = mkdirSync(directory, { recursive: true });
  if (firstCreated === undefined) return;
  for (let path = directory; path.length >= firstCreated.length; path = dirname(path)) {
    const parent = openSync(dirname(path), 'r');
    try {
      fsyncSync(parent);
    } finally {
      closeSync(parent);
    }
  }
}
