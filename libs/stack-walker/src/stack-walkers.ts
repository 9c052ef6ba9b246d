import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ByteSemaphore } from '#antenna/memory';
import { StackWalkError } from './stack-walk-error.js';
import type { SymbolSupply } from './symbol-supply.js';
import { SymbolsTooMuch, type WalkedStack, walkRounds } from './walk-rounds.js';
import { WalkerThread, type WalkTime } from './walker-thread.js';

export interface StackWalkersOptions {
  /** Threads, thus walks at the same time. */
  readonly workers: number;
  /** Walks that may wait for a thread. */
  readonly queued: number;
  /** What one walk may compute, in milliseconds. The time in which symbols are fetched does not count. */
  readonly deadlineMs: number;
  /** What one walk may use in the sandbox, at most 1 GiB. It holds the dump, the parsed symbols and the stacks. */
  readonly memoryBytes: number;
  /** Symbol files of one walk, all together. */
  readonly symbolBytes: number;
}

const mebibyte = 1024 * 1024;
const defaults: StackWalkersOptions = {
  workers: 1,
  queued: 16,
  deadlineMs: 30_000,
  memoryBytes: 768 * mebibyte,
  symbolBytes: 256 * mebibyte,
};

/** The memory of an instance is garbage after a walk, but only an ended thread gives it back at once. */
const keptMemoryBytes = 64 * mebibyte;

/** The crates of `walker/Cargo.lock`; a spec compares. */
const walkerName = 'rust-minidump 0.27.0';

/**
 * Walks the stacks of minidumps in a pool of threads. Each walk runs in a sandbox of its own (WebAssembly without
 * imports), so a hostile minidump or symbol file can waste the time and memory that a walk may have, and nothing else.
 * A thread that exceeds its deadline is stopped and replaced.
 */
export class StackWalkers {
  /** Name, version and hash of the walker: what a walk depends on besides dump and symbols. */
  readonly version: string;
  private readonly options: StackWalkersOptions;
  private readonly bytes: Buffer<ArrayBuffer>;
  private module: Promise<WebAssembly.Module> | undefined;
  private readonly idle: WalkerThread[] = [];
  private readonly busy = new Set<WalkerThread>();
  private readonly turns: ByteSemaphore;
  private waiting = 0;
  private readonly closing = new AbortController();
  private replacedThreads = 0;

  constructor(options: Partial<StackWalkersOptions> = {}) {
    this.options = { ...defaults, ...options };
    this.turns = new ByteSemaphore(this.options.workers);
    this.bytes = readFileSync(new URL(import.meta.resolve('#stack-walker/walker.wasm')));
    const hash = createHash('sha256').update(this.bytes).digest('hex');
    this.version = `${walkerName} (${hash.slice(0, 12)})`;
  }

  /** Threads that were stopped because of a walk, since the start. */
  get replaced(): number {
    return this.replacedThreads;
  }

  /**
   * The stacks of all threads of a crashed process, with the symbols that `symbols` has.
   * If symbols make the walk exceed what it may use, it returns the walk without symbols, and says so in a note.
   *
   * @throws {StackWalkError} or what `symbols` throws
   */
  async walk(
    dump: Uint8Array,
    {
      symbols,
      signal,
      time = { leftMs: this.options.deadlineMs },
    }: {
      readonly symbols?: SymbolSupply;
      readonly signal?: AbortSignal;
      readonly time?: WalkTime;
    } = {},
  ): Promise<WalkedStack> {
    const ends = signal ? AbortSignal.any([signal, this.closing.signal]) : this.closing.signal;
    try {
      return await this.walkOnce(dump, { symbols, time }, ends);
    } catch (error) {
      if (!(error instanceof SymbolsTooMuch)) throw error;
      // It has ended once in what it may compute, but a walk that shares its time has none left.
      time.leftMs = 0;
      const again = { leftMs: this.options.deadlineMs };
      const walked = await this.walkOnce(dump, { time: again }, ends);
      return { ...walked, notes: [...walked.notes, `symbols: not used: ${error.message}`] };
    }
  }

  /** Stops all walks. Resolves when the threads have gone. */
  async close(): Promise<void> {
    this.closing.abort();
    const threads = [...this.idle.splice(0), ...this.busy];
    for (const thread of threads) thread.end('closed', 'the stack walkers are closed');
    await Promise.all(threads.map(async (thread) => thread.gone()));
  }

  private async walkOnce(
    dump: Uint8Array,
    { symbols: supply, time }: { symbols?: SymbolSupply | undefined; time: WalkTime },
    signal: AbortSignal,
  ): Promise<WalkedStack> {
    const thread = await this.takeThread(signal);
    const abort = (): void => thread.end(...this.abortion());
    signal.addEventListener('abort', abort, { once: true });
    const { memoryBytes, symbolBytes } = this.options;
    thread.allow(time);
    let usedBytes = 0;
    try {
      const rounds = { supply, symbolBytes, signal };
      const walked = await walkRounds(thread, dump, memoryBytes, rounds);
      usedBytes = walked.usedBytes;
      return walked.stack;
    } catch (error) {
      if (signal.aborted) throw new StackWalkError(...this.abortion(), { cause: error });
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      this.putBack(thread, usedBytes);
    }
  }

  private abortion(): ['closed' | 'aborted', string] {
    return this.closing.signal.aborted
      ? ['closed', 'the stack walkers are closed']
      : ['aborted', 'the walk was aborted'];
  }

  private async takeThread(signal: AbortSignal): Promise<WalkerThread> {
    this.module ??= WebAssembly.compile(this.bytes);
    const module = await this.module;
    await this.takeTurn(signal);
    if (signal.aborted) {
      this.turns.giveBack(1);
      throw new StackWalkError(...this.abortion());
    }
    const thread = this.idle.pop() ?? new WalkerThread(module);
    this.busy.add(thread);
    return thread;
  }

  /** Waits until a thread is free; then one may be taken. */
  private async takeTurn(signal: AbortSignal): Promise<void> {
    const { queued } = this.options;
    if (this.turns.tryTake(1)) return;
    if (this.waiting >= queued)
      throw new StackWalkError('queue_full', `${queued} walks are waiting already`);
    this.waiting += 1;
    try {
      await this.turns.acquire(1, signal);
    } catch (error) {
      throw new StackWalkError(...this.abortion(), { cause: error });
    } finally {
      this.waiting -= 1;
    }
  }

  private putBack(thread: WalkerThread, usedBytes: number): void {
    this.busy.delete(thread);
    if (thread.ended) this.replacedThreads += 1;
    else if (usedBytes > keptMemoryBytes) thread.end('crash', 'the thread has had a large walk');
    else this.idle.push(thread);
    this.turns.giveBack(1);
  }
}
