import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { errorMessage } from '#antenna/errors';
import { CrashIndexError } from '../crash-index-error.js';
import { indexError, schemaVersion } from './index-file.js';
import { maxModules } from './query-sql.js';
import type { SearchReply, SearchRequest, ThreadData } from './search-request.js';

interface Waiting {
  readonly request: SearchRequest;
  readonly answer: PromiseWithResolvers<unknown>;
  readonly timer: NodeJS.Timeout;
}

/** Without a limit, the thread could take the memory of the whole process. */
const maxHeapMb = 512;
/** Requests that may wait: more come only when the index cannot keep up. */
const maxWaiting = 100;

/**
 * Gives queries to a thread, one at a time. A query that is not answered in time is ended together with the thread; the
 * next one gets a new thread. The thread keeps the process alive only while it has a query.
 */
export class SearchThread {
  private readonly waiting: Waiting[] = [];
  private running: Waiting | undefined;
  private worker: Worker | undefined;
  private isClosed = false;

  constructor(
    private readonly path: string,
    private readonly deadlineMs: number,
  ) {}

  /** @throws CrashIndexError */
  async ask(request: SearchRequest): Promise<unknown> {
    if (this.isClosed) throw this.error('it is closed');
    if (this.waiting.length >= maxWaiting)
      throw this.error(`${maxWaiting} queries are waiting already; try again later`);
    const timer = setTimeout(() => this.giveUp(waiting), this.deadlineMs);
    const waiting: Waiting = { request, timer, answer: Promise.withResolvers() };
    this.waiting.push(waiting);
    this.next();
    try {
      return await waiting.answer.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const { answer } of this.waiting.splice(0)) answer.reject(this.error('it is closed'));
    await this.worker?.terminate();
  }

  private next(): void {
    if (this.running !== undefined) return;
    this.running = this.waiting.shift();
    if (this.running === undefined) {
      this.worker?.unref();
      return;
    }
    this.worker ??= this.start();
    this.worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.worker.postMessage(this.running.request);
  }

  private giveUp(late: Waiting): void {
    const seconds = this.deadlineMs / 1000;
    const fix = 'choose a shorter time or fewer conditions';
    late.answer.reject(this.error(`no answer within ${seconds} s: ${fix}, or try again`));
    if (late !== this.running) {
      this.waiting.splice(this.waiting.indexOf(late), 1);
      return;
    }
    // It ends at the latest when the statement does; others need not wait for that.
    void this.worker?.terminate();
    this.worker = undefined;
    this.running = undefined;
    this.next();
  }

  private start(): Worker {
    const file = new URL(`./search-worker${extname(import.meta.url)}`, import.meta.url);
    const { path } = this;
    // Without `execArgv`, the thread would run every `--import` of the process again.
    const worker = new Worker(file, {
      name: 'crash index',
      workerData: { path, schemaVersion, maxModules } satisfies ThreadData,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    let reason = 'the thread of the index ended';
    worker.on('message', (reply: SearchReply) => {
      if (worker !== this.worker) return;
      if (reply.ok) this.running?.answer.resolve(reply.value);
      else this.running?.answer.reject(this.failure(reply));
      this.running = undefined;
      this.next();
    });
    worker.on('error', (error) => {
      reason = `the thread of the index failed: ${errorMessage(error)}`;
    });
    worker.on('exit', () => {
      if (worker !== this.worker) return;
      this.worker = undefined;
      this.running?.answer.reject(this.error(reason));
      this.running = undefined;
      this.next();
    });
    return worker;
  }

  private failure(reply: Extract<SearchReply, { ok: false }>): CrashIndexError {
    return reply.isRefused
      ? new CrashIndexError('refused', reply.message)
      : indexError(this.path, reply.message, reply.sqliteCode);
  }

  private error(problem: string): CrashIndexError {
    return new CrashIndexError('unavailable', `crash index ${this.path}: ${problem}`);
  }
}
