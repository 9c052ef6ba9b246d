import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { errorMessage } from '#antenna/errors';
import { MessageQueueError, type MessageQueueErrorCode } from '../message-queue.js';
import type {
  QueueOperations,
  QueueReply,
  QueueRequest,
  StorageFailure,
} from './queue-operations.js';

/**
 * Sends requests to the worker thread and returns its replies as promises. If the thread dies, its open
 * requests are rejected and the next request starts a new thread. The thread keeps the process alive only
 * while a request is open.
 */
export class QueueWorker {
  private readonly openRequests = new Map<number, PromiseWithResolvers<unknown>>();
  private outbox: QueueRequest[] = [];
  private worker: Worker | undefined;
  private lastId = 0;
  private closed = false;

  constructor(
    /** The database file. */
    readonly path: string,
    readonly startThread: (path: string) => Worker = startQueueThread,
  ) {}

  /** @throws MessageQueueError */
  async request<Name extends keyof QueueOperations>(
    operation: Name,
    input: Parameters<QueueOperations[Name]>[0],
  ): Promise<ReturnType<QueueOperations[Name]>> {
    if (this.closed)
      throw new MessageQueueError('unavailable', `queues in ${this.path} are closed`);
    this.worker ??= this.start();
    const id = (this.lastId += 1);
    const answer = Promise.withResolvers<unknown>();
    this.openRequests.set(id, answer);
    this.worker.ref();
    this.post({ id, operation, input } as QueueRequest);
    return (await answer.promise) as ReturnType<QueueOperations[Name]>;
  }

  /** Finishes open requests, closes the database and ends the thread. */
  async close(): Promise<void> {
    const worker = this.worker;
    if (this.closed || worker === undefined) {
      this.closed = true;
      return;
    }
    this.closed = true;
    const exit = once(worker, 'exit');
    worker.ref();
    this.flush();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage('close');
    await exit;
  }

  private start(): Worker {
    const worker = this.startThread(this.path);
    let reason = 'the queue thread ended';
    worker.on('message', (replies: readonly QueueReply[]) => {
      replies.forEach((reply) => this.settle(reply));
      if (this.openRequests.size === 0 && !this.closed) worker.unref();
    });
    worker.on('error', (error) => {
      reason = `the queue thread failed: ${errorMessage(error)}`;
    });
    worker.on('exit', () => {
      this.worker = undefined;
      this.outbox = [];
      for (const id of this.openRequests.keys())
        this.settle({ id, ok: false, failure: { message: reason } });
    });
    return worker;
  }

  /** Those of one turn of the event loop go to the thread as one message. */
  private post(request: QueueRequest): void {
    this.outbox.push(request);
    if (this.outbox.length === 1) setImmediate(() => this.flush());
  }

  private flush(): void {
    const requests = this.outbox.splice(0);
    if (requests.length === 0) return;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    if (this.worker) this.worker.postMessage(requests);
  }

  private settle(reply: QueueReply): void {
    const answer = this.openRequests.get(reply.id);
    this.openRequests.delete(reply.id);
    if (reply.ok) answer?.resolve(reply.value);
    else answer?.reject(storageError(this.path, reply.failure));
  }
}

/** Starts the thread from the file with the extension of this one: `.js` when built, `.ts` under Jest. */
export function startQueueThread(path: string): Worker {
  const file = new URL(`./queue-worker-thread${extname(import.meta.url)}`, import.meta.url);
  // Without `execArgv`, the thread would run every `--import` of the process again.
  return new Worker(file, { name: 'queues', workerData: { path }, execArgv: [] });
}

const systemCodes: Readonly<Record<string, MessageQueueErrorCode>> = {
  ENOSPC: 'no_space',
  EDQUOT: 'no_space',
  EACCES: 'access_denied',
  EPERM: 'access_denied',
  EROFS: 'access_denied',
};

/** SQLite's primary result codes (sqlite.org/rescode.html); all others are `unavailable`. */
const sqliteCodes: Readonly<Record<number, MessageQueueErrorCode>> = {
  3: 'access_denied', // SQLITE_PERM
  8: 'access_denied', // SQLITE_READONLY
  13: 'no_space', // SQLITE_FULL
};

/** The queue's error for a failure in the worker thread, with the failure as its cause. */
export function storageError(path: string, failure: StorageFailure): MessageQueueError {
  const code =
    sqliteCodes[(failure.sqliteCode ?? 0) & 0xff] ??
    systemCodes[failure.code ?? ''] ??
    'unavailable';
  const cause = Object.assign(new Error(failure.message), failure);
  return new MessageQueueError(code, `queues in ${path}: ${failure.message}`, { cause });
}
