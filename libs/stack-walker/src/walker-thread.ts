import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { errorMessage } from '#antenna/errors';
import { StackWalkError, type StackWalkErrorCode } from './stack-walk-error.js';
import type { WalkerReply, WalkerRequest, WalkerThreadData } from './walker-messages.js';

/** In MiB. The JavaScript of a thread needs little, and the walker's memory does not count. */
const heap = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

/** What walks may still compute; walks that share one share its milliseconds. */
export interface WalkTime {
  leftMs: number;
}

type Answer = Exclude<WalkerReply, { kind: 'failed' }>;

/** One thread of the pool. Ended once, it stays so. */
export class WalkerThread {
  private readonly worker: Worker;
  private readonly exit: Promise<unknown>;
  private open: PromiseWithResolvers<Answer> | undefined;
  private reason: StackWalkError | undefined;
  private time: WalkTime = { leftMs: 0 };

  constructor(module: WebAssembly.Module) {
    const file = new URL(`./walker-thread-main${extname(import.meta.url)}`, import.meta.url);
    this.worker = new Worker(file, {
      name: 'stack-walker',
      workerData: { module } satisfies WalkerThreadData,
      // Without this, the thread would run every `--import` of the process again.
      execArgv: [],
      resourceLimits: heap,
    });
    this.exit = once(this.worker, 'exit').catch(() => undefined);
    this.worker.unref();
    this.worker.on('message', (reply: WalkerReply) => this.settle(reply));
    this.worker.on('error', (error) =>
      this.end('crash', `the thread failed: ${errorMessage(error)}`),
    );
    this.worker.on('exit', () => this.end('crash', 'the thread ended'));
  }

  get ended(): boolean {
    return this.reason !== undefined;
  }

  /** Starts the clock of a walk: `ask` may take this long, all calls together, and takes it from the time. */
  allow(time: WalkTime): void {
    this.time = time;
  }

  /** @throws {StackWalkError} also if the thread has ended */
  async ask(request: WalkerRequest): Promise<Answer> {
    if (this.reason !== undefined) throw this.reason;
    const open = Promise.withResolvers<Answer>();
    this.open = open;
    const startedAt = performance.now();
    const { leftMs } = this.time;
    const deadline = setTimeout(
      () => {
        // A timer may fire a millisecond before its time.
        this.time.leftMs = 0;
        this.end('deadline', 'the walk takes too long, and was stopped');
      },
      Math.max(0, leftMs),
    );
    this.worker.ref();
    try {
      this.worker.postMessage(request);
      return await open.promise;
    } finally {
      this.time.leftMs = Math.min(this.time.leftMs, leftMs - (performance.now() - startedAt));
      clearTimeout(deadline);
      this.open = undefined;
      this.worker.unref();
    }
  }

  /** Stops the thread wherever it is. What is asked of it fails with this reason. */
  end(code: StackWalkErrorCode, message: string): void {
    if (this.reason !== undefined) return;
    this.reason = new StackWalkError(code, message);
    this.open?.reject(this.reason);
    void this.worker.terminate();
  }

  /** Resolves when the ended thread has gone, with its memory. */
  async gone(): Promise<void> {
    await this.exit;
  }

  private settle(reply: WalkerReply): void {
    if (reply.kind === 'failed') this.open?.reject(new StackWalkError(reply.code, reply.message));
    else this.open?.resolve(reply);
  }
}
