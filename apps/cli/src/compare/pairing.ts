import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { errorMessage, systemCode } from '#antenna/errors';
import { CliError } from '../cli-error.js';
import type { Side } from './decided-by-chance.js';

/** What identifies a report in a store, whatever its id. */
export interface Fingerprint {
  /** Hash of the dumps; undefined when there are none. */
  readonly dumps: string | undefined;
  /** Hash of the annotations. */
  readonly annotations: string;
  /** When the collector received it; sorts as a string. */
  readonly receivedAt: string;
}

const schema = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE crash (
    side TEXT, id TEXT, dumps TEXT, annotations TEXT, received TEXT, paired INTEGER DEFAULT 0,
    PRIMARY KEY (side, id)
  ) WITHOUT ROWID;
  CREATE TABLE pair (a TEXT, b TEXT);
`;
const pageSize = 10_000;
const fileName = 'crashes';

/** Pairs the crashes of two stores in a temporary file, so that millions fit in memory. */
export class Pairing {
  private readonly insert: StatementSync;
  private readonly update: StatementSync;

  private constructor(
    private readonly directory: string,
    private readonly database: DatabaseSync,
  ) {
    this.insert = database.prepare('INSERT OR IGNORE INTO crash (side, id) VALUES (?, ?)');
    this.update = database.prepare(
      'UPDATE crash SET dumps = ?, annotations = ?, received = ? WHERE side = ? AND id = ?',
    );
  }

  /** @throws CliError when the disk is full */
  static async create(parent = tmpdir()): Promise<Pairing> {
    const { DatabaseSync } = await import('node:sqlite');
    const directory = await mkdtemp(join(parent, 'antenna-compare-'));
    const database = new DatabaseSync(join(directory, fileName));
    try {
      database.exec(`${schema} BEGIN`);
      return new Pairing(directory, database);
    } catch (error) {
      database.close();
      await rm(directory, { recursive: true });
      throw pairingError(directory, error);
    }
  }

  /**
   * Runs the action, and then removes the file.
   * @throws CliError when the disk is full
   */
  async using<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action();
    } catch (error) {
      throw pairingError(this.directory, error);
    } finally {
      this.database.close();
      await rm(this.directory, { recursive: true });
    }
  }

  add(side: Side, crashId: string): void {
    this.insert.run(side, crashId);
  }

  setFingerprint(side: Side, crashId: string, fingerprint: Fingerprint): void {
    const { dumps, annotations, receivedAt } = fingerprint;
    this.update.run(dumps ?? null, annotations, receivedAt, side, crashId);
  }

  get count(): number {
    return Number(this.database.prepare('SELECT count(*) AS n FROM crash').get()?.['n']);
  }

  pairBySameId(): void {
    this.pairBy('id');
  }

  /** Of several crashes with the same content, the one received first by one collector is paired with the other's first. */
  pairByContent(): void {
    this.pairBy('dumps, annotations');
    this.pairBy('dumps');
    this.pairBy('annotations');
  }

  /** Crashes that have no counterpart yet, page by page, because the caller writes to the table. */
  *unpaired(side: Side): Generator<string> {
    const statement = this.database.prepare(
      `SELECT id FROM crash WHERE side = ? AND id > ? AND NOT paired ORDER BY id LIMIT ${pageSize}`,
    );
    let page: string[] = [''];
    do {
      page = statement.all(side, page.at(-1) ?? '').map(({ id }) => String(id));
      yield* page;
    } while (page.length === pageSize);
  }

  *pairs(): Generator<Readonly<Record<Side, string>>> {
    for (const { a, b } of this.database.prepare('SELECT a, b FROM pair ORDER BY rowid').iterate())
      yield { a: String(a), b: String(b) };
  }

  /** @param columns those with equal values in both stores; NULL equals nothing */
  private pairBy(columns: string): void {
    const numbered = (side: Side): string =>
      `SELECT id, ${columns === 'id' ? '' : `${columns}, `}row_number() OVER (PARTITION BY ${columns} ORDER BY received, id) AS n
       FROM crash WHERE side = '${side}' AND NOT paired`;
    this.database.exec(`
      CREATE TEMP TABLE found AS SELECT a.id AS a, b.id AS b
        FROM (${numbered('a')}) a JOIN (${numbered('b')}) b
        ON ${columns
          .split(', ')
          .map((column) => `a.${column} = b.${column}`)
          .join(' AND ')} AND a.n = b.n;
      INSERT INTO pair SELECT a, b FROM found;
      UPDATE crash SET paired = 1 WHERE side = 'a' AND id IN (SELECT a FROM found);
      UPDATE crash SET paired = 1 WHERE side = 'b' AND id IN (SELECT b FROM found);
      DROP TABLE found;
    `);
  }
}

function pairingError(directory: string, error: unknown): unknown {
  if (systemCode(error) !== 'ERR_SQLITE_ERROR') return error;
  return new CliError(
    `cannot pair crashes in ${join(directory, fileName)}: ${errorMessage(error)}; free space there, or set TMPDIR to a directory on another disk`,
    1,
    { cause: error },
  );
}
