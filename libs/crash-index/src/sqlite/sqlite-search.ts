import type { SQLOutputValue } from 'node:sqlite';
import { checkedQuery, checkGroups, checkWindow, shownWithin } from '../checked-query.js';
import type { FieldName, IndexedFacts } from '../crash-fields.js';
import type { CrashQuery, GroupRequest, ResultWindow } from '../crash-query.js';
import type { CrashSearch } from '../crash-search.js';
import { indexedText } from '../indexed-facts.js';
import { columnOf, columns, crashIdIn, idBytes } from './columns.js';
import { crashesSql, whereOf } from './query-sql.js';
import type { Tally, TallyColumn } from './search-request.js';
import { SearchThread } from './search-thread.js';

type Rows = readonly SQLOutputValue[][];

const signatureField = columnOf('signature').number;

/** Reads the file that a {@link CrashIndex} of any process writes, also after it was replaced. */
export class SqliteSearch implements CrashSearch {
  private readonly thread: SearchThread;

  /** @param deadlineMs for each query, in milliseconds, with the time that it waits for others */
  constructor(path: string, deadlineMs: number) {
    this.thread = new SearchThread(path, deadlineMs);
  }

  async find(crashId: string): Promise<IndexedFacts | undefined> {
    const id = idBytes(crashId);
    if (id === undefined) return undefined;
    const date = '(SELECT date FROM crash_id WHERE id = ?)';
    const where = { sql: `date = ${date} AND id = ?`, values: [id, id] };
    const byId = { sort: { field: 'crash_id', descending: false }, from: 0, size: 1 } as const;
    const [rows = []] = await this.rows(crashesSql(where, byId));
    return rows.map(factsIn)[0];
  }

  async search(
    query: CrashQuery,
    window: ResultWindow,
  ): Promise<{ readonly total: number; readonly crashes: readonly IndexedFacts[] }> {
    checkWindow(window);
    const where = whereOf(checkedQuery(query));
    const total = { sql: `SELECT count(*) FROM crash WHERE ${where.sql}`, values: where.values };
    const [counted = [], rows = []] = await this.rows(total, crashesSql(where, window));
    return { total: Number(counted[0]?.[0]), crashes: rows.map(factsIn) };
  }

  async groups(query: CrashQuery, requests: readonly GroupRequest[]): Promise<Tally> {
    checkGroups(requests);
    const checked = checkedQuery(query);
    const { since, until } = checked;
    const fields = requests.map(({ by, limit, buckets = 0, within }) => ({
      by: tallyColumn(by),
      limit,
      buckets,
      bucketLength: Math.max(1, Math.ceil((until - since) / Math.max(1, buckets))),
      within: within && tallyColumn(within),
      withinLimit: shownWithin,
    }));
    const request = { kind: 'tally', where: whereOf(checked), since, fields } as const;
    return (await this.thread.ask(request)) as Tally;
  }

  async firstSeen(signatures: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const [rows = []] = await this.rows({
      sql: `SELECT value, (SELECT min(date) FROM crash WHERE signature = term.n) FROM term
            WHERE field = ${signatureField} AND value IN (SELECT value FROM json_each(?))`,
      values: [JSON.stringify(signatures.map(indexedText))],
    });
    return new Map(rows.map(([signature, date]) => [String(signature), Number(date)]));
  }

  async check(): Promise<void> {
    await this.rows({ sql: 'SELECT 1 FROM crash LIMIT 1', values: [] });
  }

  async close(): Promise<void> {
    await this.thread.close();
  }

  private async rows(
    ...statements: readonly ReturnType<typeof whereOf>[]
  ): Promise<readonly Rows[]> {
    return (await this.thread.ask({ kind: 'rows', statements })) as readonly Rows[];
  }
}

function tallyColumn(field: FieldName): TallyColumn {
  const { name, kind } = columnOf(field);
  return { name, kind: kind === 'keywords' ? 'list' : kind === 'number' ? 'number' : 'term' };
}

function factsIn([id, date, ...values]: readonly SQLOutputValue[]): IndexedFacts {
  const facts = columns.map(({ name, kind }, index) => {
    const value = values[index] ?? null;
    return [name, kind === 'keywords' ? (JSON.parse(String(value ?? '[]')) as string[]) : value];
  });
  // The columns have the kinds of the fields.
  return {
    crash_id: crashIdIn(id),
    date: Number(date),
    ...Object.fromEntries(facts),
  } as IndexedFacts;
}
