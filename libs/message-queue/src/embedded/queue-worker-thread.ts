/**
 * The thread that owns the database of the queues, so that no fsync blocks the event loop.
 *
 * Group commit: all requests in the inbox share one transaction. A transaction with a send is committed with
 * an fsync before its requests are answered, one without a send without fsync: if a power cut undoes a
 * receive or delete, the message is redelivered, which at-least-once allows. (A killed process undoes
 * nothing, and SQLite's log never keeps a transaction without the earlier ones.)
 */
import { statfsSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { QueueDatabase } from './queue-database.js';
import type {
  QueueOperations,
  QueueReply,
  QueueRequest,
  StorageFailure,
} from './queue-operations.js';

// Under Jest, Node runs this TypeScript file directly. It strips the types but does not map `.js` to `.ts`, so
// the siblings are imported with the extension of this file.
const extension = extname(import.meta.url);
const sibling = (name: string): string => import.meta.resolve(`./${name}${extension}`);
const { openQueueFile } = (await import(sibling('queue-file'))) as typeof import('./queue-file.js');
const { QueueDatabase: Operations } = (await import(
  sibling('queue-database')
)) as typeof import('./queue-database.js');

/** SQLITE_IOERR (sqlite.org/rescode.html). */
const sqliteIoError = 10;
/** More than SQLite needs to open a file: less may remain after it has failed. */
const fullDiskBytes = 1024 * 1024;

const reads: ReadonlySet<keyof QueueOperations> = new Set(['depth', 'peek', 'names']);

interface OpenDatabase {
  readonly file: DatabaseSync;
  readonly operations: QueueDatabase;
  synchronous?: 'FULL' | 'NORMAL';
}

const { path } = workerData as { path: string };
const inbox: QueueRequest[] = [];
let opened: OpenDatabase | undefined;

parentPort?.on('message', (message: readonly QueueRequest[] | 'close') => {
  if (message === 'close') {
    // Sent after the last request, so it must be handled after the last batch.
    setImmediate(close);
    return;
  }
  // Runs after the port has delivered all waiting messages.
  if (inbox.length === 0) setImmediate(answerInbox);
  inbox.push(...message);
});

function answerInbox(): void {
  const batch = inbox.splice(0);
  let replies: QueueReply[];
  try {
    opened ??= openDatabase();
    replies = run(opened, batch);
  } catch (error) {
    const failure = describe(error);
    replies = batch.map(({ id }) => ({ id, ok: false, failure }));
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
  parentPort?.postMessage(replies);
}

function close(): void {
  opened?.file.close();
  parentPort?.close();
}

function openDatabase(): OpenDatabase {
  const file = openQueueFile(path);
  return { file, operations: new Operations(file) };
}

function run(database: OpenDatabase, batch: readonly QueueRequest[]): QueueReply[] {
  if (!batch.some((request) => writes(database.operations, request))) {
    // Nothing to receive: an idle poll reads an index and takes no lock.
    return batch.map((request) =>
      done(request, request.operation === 'receive' ? [] : execute(database.operations, request)),
    );
  }
  setSynchronous(database, batch.some(({ operation }) => operation === 'send') ? 'FULL' : 'NORMAL');
  const { file, operations } = database;
  file.exec('BEGIN IMMEDIATE');
  try {
    const replies = batch.map((request) => done(request, execute(operations, request)));
    file.exec('COMMIT');
    return replies;
  } catch (error) {
    if (file.isTransaction) file.exec('ROLLBACK');
    throw error;
  }
}

function writes(operations: QueueDatabase, request: QueueRequest): boolean {
  return request.operation === 'receive'
    ? operations.receiveWrites(request.input)
    : !reads.has(request.operation);
}

function execute(operations: QueueOperations, request: QueueRequest): unknown {
  // The type of a request pairs operation and input, but the compiler cannot follow that in this call.
  return operations[request.operation](request.input as never);
}

/** Takes effect only outside a transaction (SQLite, "PRAGMA synchronous"). */
function setSynchronous(database: OpenDatabase, level: 'FULL' | 'NORMAL'): void {
  if (database.synchronous !== level) {
    database.file.exec(`PRAGMA synchronous = ${level}`);
    database.synchronous = level;
  }
}

function done({ id }: QueueRequest, value: unknown): QueueReply {
  return { id, ok: true, value };
}

/** Errors lose their extra fields between threads. */
function describe(error: unknown): StorageFailure {
  if (!(error instanceof Error)) return { message: String(error) };
  const sqliteCode = 'errcode' in error ? Number(error.errcode) : undefined;
  const failure = {
    message: error.message,
    ...('code' in error && { code: String(error.code) }),
    ...(sqliteCode !== undefined && { sqliteCode }),
  };
  // SQLite does not tell the system's error when the index of its log does not fit.
  return ((sqliteCode ?? 0) & 0xff) === sqliteIoError && isDiskFull()
    ? { ...failure, message: `${error.message}, and the disk is full`, code: 'ENOSPC' }
    : failure;
}

function isDiskFull(): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < fullDiskBytes;
  } catch {
    return false;
  }
}
