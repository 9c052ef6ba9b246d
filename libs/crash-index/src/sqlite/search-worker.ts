/** The thread that reads the file for {@link SearchThread}, so that no query blocks the event loop. */
import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { RE2JS } from 're2js';
import type { SearchReply, SearchRequest, ThreadData } from './search-request.js';

// Under Jest, Node runs this TypeScript file directly. It strips the types but does not map `.js` to `.ts`, so
// the sibling is imported with the extension of this file.
const sibling = import.meta.resolve(`./tally${extname(import.meta.url)}`);
const { addTally, tally } = (await import(sibling)) as typeof import('./tally.js');

const { path, schemaVersion, maxModules } = workerData as ThreadData;
/** How long to wait for another process that writes, in milliseconds. */
const busyTimeoutMs = 1000;

/** SQLITE_NOTADB (sqlite.org/rescode.html): here, also a file of another version. */
const sqliteNotADatabase = 26;

let opened: { readonly database: DatabaseSync; readonly inode: number } | undefined;

parentPort?.on('message', (request: SearchRequest) => {
  const reply = answer(request);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
  parentPort?.postMessage(reply);
});

function answer(request: SearchRequest): SearchReply {
  try {
    const database = open();
    database.exec('BEGIN');
    try {
      return {
        ok: true,
        value:
          request.kind === 'tally' ? tally(database, request) : rows(database, request.statements),
      };
    } finally {
      if (database.isTransaction) database.exec('ROLLBACK');
    }
  } catch (error) {
    opened?.database.close();
    opened = undefined;
    const message = error instanceof Error ? error.message : String(error);
    const isSqlite = error instanceof Error && 'errcode' in error;
    const isRefused = error instanceof RangeError;
    return {
      ok: false,
      message,
      isRefused,
      sqliteCode: isSqlite ? Number(error.errcode) : undefined,
    };
  }
}

/** The file, also after it was replaced. */
function open(): DatabaseSync {
  const inode = statSync(path).ino;
  if (opened?.inode === inode) return opened.database;
  opened?.database.close();
  opened = undefined;
  const database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
  opened = { database, inode };
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version !== schemaVersion)
    throw Object.assign(new Error(`it has the schema ${version}`), { errcode: sqliteNotADatabase });
  addTally(database);
  let compiled = { source: '', pattern: RE2JS.compile('') };
  database.function('linear_match', (source, text) => {
    if (source !== compiled.source)
      compiled = { source: String(source), pattern: RE2JS.compile(String(source)) };
    return compiled.pattern.test(String(text)) ? 1 : 0;
  });
  database.function('any_of', (list) => {
    const terms = JSON.parse(String(list)) as number[];
    if (terms.length > maxModules)
      throw new RangeError(`more than ${maxModules} modules fit: use a longer part of the name`);
    return terms.length === 0 ? '"none"' : terms.map((term) => `"${term}"`).join(' OR ');
  });
  return database;
}

function rows(
  database: DatabaseSync,
  statements: Extract<SearchRequest, { kind: 'rows' }>['statements'],
): SQLOutputValue[][][] {
  return statements.map(({ sql, values }) => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement.all(...values) as unknown as SQLOutputValue[][];
  });
}
