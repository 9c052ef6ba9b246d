import { statSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { IndexedFacts } from '../crash-fields.js';
import { CrashIndexError } from '../crash-index-error.js';
import type { CrashFeed } from '../crash-search.js';
import { columns, crashIdIn, idBytes } from './columns.js';
import { inIndex, openExistingFile, openIndexFile } from './index-file.js';
import { Interned } from './interned.js';

/** An entry of the index, to compare it with the stored processed crash. */
export interface IndexEntry {
  readonly crashId: string;
  /** Epoch milliseconds: a processed crash that was written later is newer than the entry. */
  readonly indexedAt: number;
}

const names = columns.map(({ name }) => name).join(', ');

/**
 * Writes what is known of processed crashes to a SQLite file; never the only copy of anything. One process keeps the file,
 * others may read and remove meanwhile. Every method throws CrashIndexError.
 */
export class CrashIndex implements CrashFeed {
  private readonly statements: Readonly<Record<keyof typeof sql, StatementSync>>;
  private readonly interned: Interned;
  private readonly inode: number;

  private constructor(
    private readonly database: DatabaseSync,
    readonly path: string,
  ) {
    this.interned = new Interned(database);
    this.inode = statSync(path).ino;
    this.statements = Object.fromEntries(
      Object.entries(sql).map(([name, text]) => [name, database.prepare(text)]),
    ) as Record<keyof typeof sql, StatementSync>;
  }

  /** Creates the file, and replaces one that is damaged or of another version by an empty one. */
  static async open(path: string): Promise<CrashIndex> {
    return CrashIndex.on(await openIndexFile(path), path);
  }

  /** For a process beside the one that keeps the file. Fails with `damaged` when it is not an index of this version. */
  static async openExisting(path: string, access: 'read' | 'write'): Promise<CrashIndex> {
    return CrashIndex.on(await openExistingFile(path, access), path);
  }

  private static on(database: DatabaseSync, path: string): CrashIndex {
    return inIndex(path, () => new CrashIndex(database, path));
  }

  /** In one transaction, in this thread: about a hundred at once take as long as a few requests. */
  async put(crashes: readonly IndexedFacts[], at: number): Promise<void> {
    this.transaction(() => crashes.forEach((crash) => this.putOne(crash, at)));
  }

  async remove(crashIds: readonly string[], before = Number.MAX_SAFE_INTEGER): Promise<void> {
    this.transaction(() => {
      for (const id of crashIds.map(idBytes)) {
        const entry = id && this.statements.find.get(id);
        if (entry && Number(entry['indexed_at']) < before) this.removeOne(id, entry['date'] ?? 0);
      }
    });
  }

  /** In the order of the ids. */
  entries(after: string, max: number): IndexEntry[] {
    const rows = this.run(() =>
      this.statements.entries.all(idBytes(after) ?? Buffer.alloc(0), max),
    );
    return rows.map((row) => ({
      crashId: crashIdIn(row['id']),
      indexedAt: Number(row['indexed_at']),
    }));
  }

  /** Whether all crashes that were processed before have been indexed. */
  get isComplete(): boolean {
    return this.run(() => this.statements.isComplete.get()) !== undefined;
  }

  /** False after the file was removed or replaced: nobody would read what is written. */
  get isCurrent(): boolean {
    return this.run(() => statSync(this.path, { throwIfNoEntry: false })?.ino === this.inode);
  }

  setComplete(): void {
    this.run(() => this.statements.setComplete.run());
  }

  close(): void {
    this.database.close();
  }

  private putOne(crash: IndexedFacts, at: number): void {
    const id = idBytes(crash.crash_id);
    if (!id) throw new CrashIndexError('refused', 'a crash without a valid crash id');
    const { find, insert, insertId } = this.statements;
    const entry = find.get(id);
    if (entry && Number(entry['indexed_at']) > at) return;
    if (entry) this.removeOne(id, entry['date'] ?? 0);
    insert.run(crash.date, id, ...columns.map((column) => this.valueOf(crash, column)));
    insertId.run(id, crash.date, at);
  }

  private valueOf(
    crash: IndexedFacts,
    { name, kind, number }: (typeof columns)[number],
  ): SQLInputValue {
    const value = crash[name];
    if (typeof value === 'object' && value !== null) return this.interned.useList(value);
    if (kind === 'number' || value === null) return value;
    return this.interned.use(number, String(value));
  }

  private removeOne(id: Uint8Array, date: SQLInputValue): void {
    const row = this.statements.remove.get(date, id);
    this.statements.removeId.run(id);
    for (const { name, kind } of columns) {
      const value = row?.[name];
      if (typeof value !== 'number' || kind === 'number') continue;
      if (kind === 'keywords') this.interned.releaseList(value);
      else this.interned.release(value);
    }
  }

  private transaction(work: () => void): void {
    this.run(() => {
      if (!this.isCurrent)
        throw new CrashIndexError('unavailable', `crash index ${this.path}: the file was removed`);
      this.database.exec('BEGIN IMMEDIATE');
      try {
        work();
        this.interned.flush();
        this.database.exec('COMMIT');
      } catch (error) {
        this.interned.forget();
        if (this.database.isTransaction) this.database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  private run<T>(work: () => T): T {
    return inIndex(this.path, work);
  }
}

const sql = {
  find: 'SELECT date, indexed_at FROM crash_id WHERE id = ?',
  insert: `INSERT INTO crash (date, id, ${names}) VALUES (?, ?, ${columns.map(() => '?').join(', ')})`,
  insertId: 'INSERT INTO crash_id (id, date, indexed_at) VALUES (?, ?, ?)',
  remove: 'DELETE FROM crash WHERE date = ? AND id = ? RETURNING *',
  removeId: 'DELETE FROM crash_id WHERE id = ?',
  entries: 'SELECT id, indexed_at FROM crash_id WHERE id > ? ORDER BY id LIMIT ?',
  isComplete: 'SELECT 1 FROM state WHERE is_complete = 1',
  setComplete: 'UPDATE state SET is_complete = 1 WHERE is_complete = 0',
} as const;
