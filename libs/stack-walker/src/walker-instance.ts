/** One instance of walker.wasm: one minidump, its symbols, one sandbox. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { StackWalkErrorCode } from './stack-walk-error.js';

/** The exports of `walker/src/lib.rs`. */
interface WalkerExports {
  readonly memory: WebAssembly.Memory;
  allocate(length: number): number;
  limit_memory(bytes: number): void;
  out_of_memory(): number;
  take_dump(pointer: number, length: number): void;
  take_symbols(pointer: number, length: number): void;
  end_symbols(index: number): void;
  walk(): number;
  answer(): number;
}

/** What `walk` of the walker returns, but for the walk itself. */
interface AnswerHead {
  readonly asked: [string, string][];
  readonly frames_cut: number;
}

interface WalkerError {
  readonly code: string;
  readonly message: string;
}

/** The largest answer that the main thread shall parse. A process with 400 threads makes 5 MiB. */
const maxAnswerBytes = 32 * 1024 * 1024;
const chunkBytes = 1024 * 1024;
const walkKey = Buffer.from(',"walk":');

class WalkerFailure extends Error {
  readonly code: StackWalkErrorCode;

  constructor(code: StackWalkErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export class WalkerInstance {
  private readonly walker: WalkerExports;
  private readonly limit: number;
  private answer = Buffer.alloc(0);

  /** @param memoryBytes that it may use, at most the 1 GiB linked into the module */
  constructor(module: WebAssembly.Module, memoryBytes: number) {
    this.limit = memoryBytes;
    this.walker = new WebAssembly.Instance(module, {}).exports as WalkerExports;
    this.walker.limit_memory(memoryBytes);
  }

  /** The failure of a walk that a method has thrown, if it is one. */
  static failureOf(error: unknown): Pick<WalkerFailure, 'code' | 'message'> | undefined {
    return error instanceof WalkerFailure ? error : undefined;
  }

  /** Size of its memory, which never shrinks. */
  get memoryBytes(): number {
    return this.walker.memory.buffer.byteLength;
  }

  takeDump(dump: Uint8Array): void {
    this.run(() => this.walker.take_dump(this.place(dump), dump.length));
  }

  /**
   * Reads the file as the symbols of the module that stands at `index` in what the last walk asked for. If a cache has
   * removed it meanwhile, the symbols stay missing.
   */
  takeSymbols(index: number, path: string, bytes: number): void {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, bytes));
    const file = openIfThere(path);
    if (file === undefined) return;
    try {
      for (let left = bytes; left > 0;) {
        const read = readSync(file, chunk, 0, Math.min(left, chunk.length), null);
        if (read === 0) break;
        const part = chunk.subarray(0, read);
        this.run(() => this.walker.take_symbols(this.place(part), read));
        left -= read;
      }
    } finally {
      closeSync(file);
    }
    this.run(() => this.walker.end_symbols(index));
  }

  /** Walks all threads with the symbols that are there. */
  walk(): AnswerHead {
    const length = this.run(() => this.walker.walk()) >>> 0;
    if (length > maxAnswerBytes) {
      throw new WalkerFailure(
        'result_too_large',
        `the stacks take ${length} bytes as JSON, and ${maxAnswerBytes} are allowed`,
      );
    }
    this.answer = Buffer.from(this.walker.memory.buffer, this.walker.answer() >>> 0, length);
    const end = this.answer.indexOf(walkKey);
    const head = end < 0 ? this.answer.toString() : `${this.answer.toString('utf8', 0, end)}}`;
    const { error, ...rest } = JSON.parse(head) as AnswerHead & { error?: WalkerError };
    if (error !== undefined)
      throw new WalkerFailure('unreadable', `${error.code}: ${error.message}`);
    return rest;
  }

  /** The JSON of the last walk, copied. */
  json(): Uint8Array<ArrayBuffer> {
    const start = this.answer.indexOf(walkKey) + walkKey.length;
    return new Uint8Array(this.answer.subarray(start, -1));
  }

  private place(bytes: Uint8Array): number {
    const pointer = this.walker.allocate(bytes.length) >>> 0;
    new Uint8Array(this.walker.memory.buffer, pointer, bytes.length).set(bytes);
    return pointer;
  }

  private run<Result>(call: () => Result): Result {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      if (this.walker.out_of_memory() !== 0) {
        const mebibytes = Math.round(this.limit / 1024 / 1024);
        throw new WalkerFailure('memory', `the walk needs more than ${mebibytes} MiB`);
      }
      throw new WalkerFailure('crash', `the walker failed: ${error.message}`);
    }
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
