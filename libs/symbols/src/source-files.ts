import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorMessage } from '#antenna/errors';
import type { ByteSemaphore } from '#antenna/memory';
import { Remembered } from './remembered.js';
import { DirectorySymbols } from './sources/directory-symbols.js';
import type { SymbolSource } from './sources/symbol-source.js';
import type { SymbolCache } from './symbol-cache.js';
import { assertBuild, assertSize, isGzip, readHead, symbolBytes } from './symbol-file.js';
import type { SymbolsConfig } from './symbols.config.js';
import { SymbolsError } from './symbols-error.js';

/** A plain symbol file, and whether it was already on this machine. */
export interface SymbolFile {
  readonly path: string;
  readonly from: SymbolSource['kind'] | 'cache';
}

export interface SourceFilesOptions {
  readonly cache: SymbolCache;
  readonly limits: Pick<SymbolsConfig, 'maxBytes' | 'timeoutMs' | 'missingMs'>;
  /** Limits how many files are fetched at the same time. */
  readonly slots: ByteSemaphore;
  /** Aborted when no file is needed any more. */
  readonly closing: AbortSignal;
  readonly now: () => number;
  /** Is called after each file with its bytes as they came. */
  readonly onFetched: (bytes: number) => void;
}

/** How long a source that does not answer is left alone: one outage must not cost each module its timeout. */
const pauseMs = 15_000;
/** How long a file that broke off is not asked for. */
const brokenMs = 60_000;
const maxRemembered = 10_000;

/** The files of one source, as paths on this machine. */
export class SourceFiles {
  /** Undefined: the source does not have the file. */
  private readonly remembered: Remembered<{ readonly fault: SymbolsError | undefined }>;
  private pause: { readonly error: SymbolsError; readonly until: number } | undefined;

  constructor(
    readonly source: SymbolSource,
    private readonly options: SourceFilesOptions,
  ) {
    this.remembered = new Remembered(maxRemembered, options.now);
  }

  /**
   * @param path of the layout
   * @returns undefined if the source does not have the file
   * @throws SymbolsError
   */
  async find(path: string, debugId: string): Promise<SymbolFile | undefined> {
    const { source } = this;
    const isLocal = source instanceof DirectorySymbols;
    const inPlace = isLocal ? await this.inPlace(source, path, debugId) : 'compressed';
    if (inPlace !== 'compressed') return inPlace;
    const key = `${source.location}\n${path}`;
    const cached = await this.options.cache.find(key, debugId);
    if (cached !== undefined) return { path: cached, from: 'cache' };
    if (!isLocal) {
      const remembered = this.remembered.get(path);
      if (remembered?.fault) throw remembered.fault;
      if (remembered) return undefined;
      if (this.pause && this.pause.until > this.options.now()) throw this.pause.error;
    }
    return await this.fetch(key, path, debugId);
  }

  private async fetch(key: string, path: string, debugId: string): Promise<SymbolFile | undefined> {
    const { slots, closing, limits } = this.options;
    const release = await slots.acquire(1);
    const signal = AbortSignal.any([closing, AbortSignal.timeout(limits.timeoutMs)]);
    try {
      const stream = await this.open(path, signal);
      if (stream) {
        const file = await this.store(key, path, debugId, stream, signal);
        return { path: file, from: this.source.kind };
      }
      this.remembered.set(path, { fault: undefined }, limits.missingMs);
      return undefined;
    } finally {
      release();
    }
  }

  private async open(path: string, signal: AbortSignal): Promise<Readable | undefined> {
    try {
      const stream = await this.source.open(path, 'all', signal);
      this.pause = undefined;
      return stream && addAbortSignal(signal, stream);
    } catch (cause) {
      const error = this.asSymbolsError(cause, signal);
      const isDown = error.code === 'unreachable' || error.code === 'timeout';
      if (isDown) this.pause = { error, until: this.options.now() + pauseMs };
      else this.remember(path, error);
      throw error;
    }
  }

  private async store(
    key: string,
    path: string,
    debugId: string,
    stream: Readable,
    signal: AbortSignal,
  ): Promise<string> {
    const { cache, limits } = this.options;
    try {
      return await cache.store(key, async (draft) => {
        const bytes = symbolBytes(this.counted(stream, signal), limits.maxBytes, debugId);
        await pipeline(bytes, createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
      });
    } catch (error) {
      if (!(error instanceof SymbolsError)) throw error;
      if (error.code !== 'cache') this.remember(path, error);
      throw error;
    } finally {
      stream.destroy();
    }
  }

  private remember(path: string, fault: SymbolsError): void {
    const ms = fault.retryable ? brokenMs : this.options.limits.missingMs;
    this.remembered.set(path, { fault }, ms);
  }

  /** A file that can be used as it is; undefined if there is none. */
  private async inPlace(
    directory: DirectorySymbols,
    path: string,
    debugId: string,
  ): Promise<SymbolFile | undefined | 'compressed'> {
    const size = await directory.size(path);
    const stream = size === undefined ? undefined : await directory.open(path, 'head');
    if (!stream || size === undefined) return undefined;
    const { bytes, head } = await readHead(stream).catch((error: unknown) => {
      throw directory.asSymbolsError(error);
    });
    if (isGzip(bytes)) return 'compressed';
    assertSize(size, this.options.limits.maxBytes);
    assertBuild(head, debugId);
    return { path: join(directory.location, path), from: 'directory' };
  }

  /** So that each failure of the source is a SymbolsError. */
  private async *counted(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
    let bytes = 0;
    try {
      for await (const chunk of stream) {
        bytes += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
    } catch (error) {
      throw this.asSymbolsError(error, signal);
    } finally {
      this.options.onFetched(bytes);
    }
  }

  private asSymbolsError(error: unknown, signal: AbortSignal): SymbolsError {
    if (error instanceof SymbolsError) return error;
    if (this.options.closing.aborted)
      return new SymbolsError('unreachable', 'this process ends', { cause: error });
    if (signal.aborted) {
      const message = `not complete within ${this.options.limits.timeoutMs} ms (SYMBOL_TIMEOUT)`;
      return new SymbolsError('timeout', message, { cause: error });
    }
    return new SymbolsError('unreachable', errorMessage(error), { cause: error });
  }
}
