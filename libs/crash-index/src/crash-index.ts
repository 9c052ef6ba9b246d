import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { createTemporary, inIndex, openExistingFile, openIndexFile } from './index-file.js';
import type { IndexedCrash } from './indexed-crash.js';
import { topSignatures } from './top-query.js';
import type { TopQuery, TopSignatures } from './top-signatures.js';

/** A row of the index, to compare it with the stored processed crash. */
export interface IndexEntry {
  readonly crashId: string;
  /** Epoch milliseconds: a processed crash that was written later is newer than the row. */
  readonly indexedAt: number;
}

const columns = 'id, signature, reason, product, version, channel, process, submitted_at';

/**
 * What is known of processed crashes, in a SQLite file; never the only copy of anything. One process writes to it, others
 * may read and remove meanwhile. Every method throws CrashIndexError.
 */
export class CrashIndex {
  private readonly putStatement: StatementSync;
  private readonly removeStatement: StatementSync;
  private readonly findStatement: StatementSync;
  private readonly entriesStatement: StatementSync;

  private constructor(
    private readonly database: DatabaseSync,
    readonly path: string,
  ) {
    this.putStatement = database.prepare(
      `INSERT INTO crash (${columns}, indexed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
       ON CONFLICT (id) DO UPDATE SET signature = ?2, reason = ?3, product = ?4, version = ?5, channel = ?6,
         process = ?7, submitted_at = ?8, indexed_at = ?9 WHERE indexed_at < ?10`,
    );
    this.removeStatement = database.prepare('DELETE FROM crash WHERE id = ? AND indexed_at < ?');
    this.findStatement = database.prepare(`SELECT ${columns} FROM crash WHERE id = ?`);
    this.entriesStatement = database.prepare(
      'SELECT id, indexed_at FROM crash WHERE id > ? ORDER BY id LIMIT ?',
    );
  }

  /** Creates the file, and replaces one that is damaged or of another version by an empty one. */
  static async open(path: string): Promise<CrashIndex> {
    return CrashIndex.on(await openIndexFile(path), path);
  }

  /** For a process beside the one that keeps the file. Fails with `damaged` when it is not an index of this version. */
  static async openExisting(path: string, access: 'read' | 'write'): Promise<CrashIndex> {
    return CrashIndex.on(await openExistingFile(path, access), path);
  }

  /** A new file without durability, for one command. */
  static async createTemporary(path: string): Promise<CrashIndex> {
    return CrashIndex.on(await createTemporary(path), path);
  }

  private static on(database: DatabaseSync, path: string): CrashIndex {
    return inIndex(path, () => new CrashIndex(database, path));
  }

  /**
   * Adds a crash, or replaces what is known of it.
   * @param at when the processed crash was read or written, in epoch milliseconds
   * @param unlessNewerThan keeps a row of this time or later
   */
  put(crash: IndexedCrash, at: number, unlessNewerThan = Number.MAX_SAFE_INTEGER): void {
    const { crashId, signature, reason, product, version, channel, process, submittedAt } = crash;
    const facts = [signature, reason, product, version, channel, process, submittedAt] as const;
    this.run(() => this.putStatement.run(crashId, ...facts, at, unlessNewerThan));
  }

  /** @param before leaves a row of this time or later, in epoch milliseconds */
  remove(crashId: string, before = Number.MAX_SAFE_INTEGER): void {
    this.run(() => this.removeStatement.run(crashId, before));
  }

  find(crashId: string): IndexedCrash | undefined {
    const row = this.run(() => this.findStatement.get(crashId));
    return row && crashIn(row);
  }

  /** In the order of the ids. */
  entries(after: string, max: number): IndexEntry[] {
    return this.run(() => this.entriesStatement.all(after, max)).map((row) => ({
      crashId: String(row['id']),
      indexedAt: Number(row['indexed_at']),
    }));
  }

  top(query: TopQuery): TopSignatures {
    return this.run(() => topSignatures(this.database, query));
  }

  /** Whether all crashes that were processed before have been indexed. */
  get isComplete(): boolean {
    return (
      this.run(() => this.database.prepare('SELECT is_complete FROM state').get())?.[
        'is_complete'
      ] === 1
    );
  }

  setComplete(): void {
    this.run(() => this.database.exec('UPDATE state SET is_complete = 1 WHERE is_complete = 0'));
  }

  close(): void {
    this.database.close();
  }

  private run<T>(work: () => T): T {
    return inIndex(this.path, work);
  }
}

function crashIn(row: Record<string, SQLOutputValue>): IndexedCrash {
  const orNull = (name: string): string | null => {
    const value = row[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    crashId: String(row['id']),
    signature: String(row['signature']),
    reason: orNull('reason'),
    product: orNull('product'),
    version: orNull('version'),
    channel: orNull('channel'),
    process: String(row['process']),
    submittedAt: Number(row['submitted_at']),
  };
}
