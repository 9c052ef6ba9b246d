import { createHash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { columnOf } from './columns.js';

const moduleField = columnOf('modules').number;

/**
 * Numbers for strings and lists of modules, which go when no crash uses them: an erased crash leaves nothing behind.
 * Numbers are never given again. Only within a transaction, which ends with {@link Interned.flush}.
 */
export class Interned {
  private readonly statements: Readonly<Record<keyof typeof sql, StatementSync>>;
  private readonly known = new Map<string, number>();
  private readonly termUses = new Map<number, number>();
  private readonly listUses = new Map<number, number>();

  constructor(database: DatabaseSync) {
    this.statements = Object.fromEntries(
      Object.entries(sql).map(([name, text]) => [name, database.prepare(text)]),
    ) as Record<keyof typeof sql, StatementSync>;
  }

  use(field: number, value: string): number {
    const number = this.termOf(field, value);
    add(this.termUses, number, 1);
    return number;
  }

  release(term: number): void {
    add(this.termUses, term, -1);
  }

  /** Null for none. */
  useList(modules: readonly string[]): number | null {
    if (modules.length === 0) return null;
    const { findList, addList, indexList } = this.statements;
    const terms = modules.map((name) => this.termOf(moduleField, name));
    const list = JSON.stringify(terms);
    const hash = createHash('sha256').update(list).digest().subarray(0, 16);
    let number = numberIn(findList.get(hash));
    if (number === undefined) {
      number = Number(addList.run(hash, list).lastInsertRowid);
      indexList.run(number, list);
      for (const term of terms) add(this.termUses, term, 1);
    }
    add(this.listUses, number, 1);
    return number;
  }

  releaseList(list: number): void {
    add(this.listUses, list, -1);
  }

  /** Writes the changes of the transaction. */
  flush(): void {
    const { countList, dropList, unindexList, countTerm, dropTerm } = this.statements;
    for (const [list, uses] of this.listUses) {
      countList.run(uses, list);
      const dropped = uses > 0 ? undefined : dropList.get(list);
      if (dropped) unindexList.run(list);
      for (const term of dropped ? (JSON.parse(String(dropped['modules'])) as number[]) : [])
        add(this.termUses, term, -1);
    }
    for (const [term, uses] of this.termUses) {
      if (uses !== 0) countTerm.run(uses, term);
      if (uses <= 0) dropTerm.run(term);
    }
    this.forget();
  }

  /** After a transaction that was undone. */
  forget(): void {
    for (const map of [this.known, this.termUses, this.listUses]) map.clear();
  }

  private termOf(field: number, value: string): number {
    const key = `${field}\0${value}`;
    const { findTerm, addTerm } = this.statements;
    const number =
      this.known.get(key) ??
      numberIn(findTerm.get(field, value)) ??
      Number(addTerm.run(field, value).lastInsertRowid);
    this.known.set(key, number);
    return number;
  }
}

const sql = {
  findTerm: 'SELECT n FROM term WHERE field = ? AND value = ?',
  addTerm: 'INSERT INTO term (field, value) VALUES (?, ?)',
  countTerm: 'UPDATE term SET uses = uses + ? WHERE n = ?',
  dropTerm: 'DELETE FROM term WHERE n = ? AND uses <= 0',
  findList: 'SELECT n FROM module_list WHERE hash = ?',
  addList: 'INSERT INTO module_list (hash, modules) VALUES (?, ?)',
  indexList: 'INSERT INTO listed_module (rowid, modules) VALUES (?, ?)',
  unindexList: 'DELETE FROM listed_module WHERE rowid = ?',
  countList: 'UPDATE module_list SET uses = uses + ? WHERE n = ?',
  dropList: 'DELETE FROM module_list WHERE n = ? AND uses <= 0 RETURNING modules',
} as const;

function numberIn(row: ReturnType<StatementSync['get']>): number | undefined {
  return row === undefined ? undefined : Number(row['n']);
}

function add(counts: Map<number, number>, key: number, change: number): void {
  counts.set(key, (counts.get(key) ?? 0) + change);
}
