// Runs in the worker thread, also straight from TypeScript: no relative imports but of types.
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How long a transaction of another process may keep this one waiting, ms. */
const busyTimeoutMs = 5000;
/** The write-ahead log is cut back to this after a burst, bytes. */
const maxIdleLogBytes = 16 * 1024 * 1024;
const schemaVersion = 1;

/**
 * Ids are never used again (AUTOINCREMENT), so that an old receipt cannot name a new message. The index
 * holds all that a receive needs to find its messages in order and that the depth is counted from.
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

/**
 * Opens the database of the queues, creating it and its directory; several processes may have it open.
 * A write-ahead log lets receives be cheap (no fsync) next to durable sends.
 * @throws the system's or SQLite's error, or an Error when a newer version made the file.
 */
export function openQueueFile(path: string): DatabaseSync {
  createDurably(dirname(path));
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    database.exec('PRAGMA journal_mode = WAL');
    database.exec(`PRAGMA journal_size_limit = ${maxIdleLogBytes}`);
    // On macOS fsync alone leaves the bytes in the drive's cache (SQLite, "PRAGMA fullfsync").
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
    if (version > schemaVersion)
      throw new Error(`${path} was made by a newer version (schema ${version})`);
    if (version < schemaVersion) database.exec(schema);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** SQLite syncs the directory of its file, nobody syncs the parents of a new directory. */
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
