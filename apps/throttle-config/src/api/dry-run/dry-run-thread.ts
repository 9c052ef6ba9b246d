import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

import { Injectable, type OnModuleDestroy, ServiceUnavailableException } from '@nestjs/common';

import { systemCode } from '#antenna/errors';

import type { DryRunResult, DryRunTask } from './dry-run-worker.js';

/** One at a time; an author has a browser and a script, not dozens of them. */
const maxWaiting = 16;
/** Several times what the slowest document of the largest size takes. */
const maxSeconds = 20;
/** In MiB. The worst documents need 128, and the chart's limit leaves no more than this. */
const heap = { maxOldGenerationSizeMb: 144, maxYoungGenerationSizeMb: 16 };

interface Waiting {
  readonly resolve: (result: DryRunResult) => void;
  readonly reject: (error: Error) => void;
}

/** Runs tasks one after another in a thread of their own, which starts with the first task. */
@Injectable()
export class DryRunThread implements OnModuleDestroy {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private deadline: NodeJS.Timeout | undefined;
  private lastId = 0;

  /** @throws {ServiceUnavailableException} if too many tasks wait, or this one takes too long */
  run(task: Omit<DryRunTask, 'id'>): Promise<DryRunResult> {
    if (this.waiting.size >= maxWaiting)
      throw new ServiceUnavailableException('too many dry runs are waiting: try again later');
    const worker = (this.worker ??= this.start());
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      if (this.waiting.size === 1) this.restartDeadline();
      worker.ref();
      worker.postMessage({ ...task, id });
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.end(unavailable('the service is shutting down'));
  }

  private start(): Worker {
    const file = new URL(`./dry-run-worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, {
      name: 'dry-run',
      // Without this, the thread would run every `--import` of the process again.
      execArgv: [],
      resourceLimits: heap,
    });
    worker.on('message', (result: DryRunResult) => this.finish(result));
    worker.on('error', (error) => {
      if (this.worker !== worker) return;
      const tooLarge = systemCode(error) === 'ERR_WORKER_OUT_OF_MEMORY';
      void this.end(tooLarge ? unavailable('the dry run needs too much memory') : error);
    });
    return worker;
  }

  private finish(result: DryRunResult): void {
    this.waiting.get(result.id)?.resolve(result);
    this.waiting.delete(result.id);
    clearTimeout(this.deadline);
    if (this.waiting.size > 0) this.restartDeadline();
    else this.worker?.unref();
  }

  private restartDeadline(): void {
    this.deadline = setTimeout(() => {
      void this.end(unavailable(`the dry run took longer than ${maxSeconds} s`));
    }, maxSeconds * 1000);
  }

  /** Refuses all tasks; the next one starts another thread. */
  private async end(reason: Error): Promise<void> {
    clearTimeout(this.deadline);
    const worker = this.worker;
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(reason);
    this.waiting.clear();
    await worker?.terminate();
  }
}

function unavailable(reason: string): Error {
  return new ServiceUnavailableException(reason);
}
