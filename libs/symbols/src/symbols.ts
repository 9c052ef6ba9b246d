import { ByteSemaphore } from '#antenna/memory';
import type { Logger, Metrics } from '#antenna/telemetry';
import { canonicalId, type ModuleId, symbolPath } from './module-id.js';
import { Remembered } from './remembered.js';
import { SourceFiles, type SymbolFile } from './source-files.js';
import { maxConcurrency, openSource } from './sources/open-source.js';
import type { S3Access } from './sources/symbol-source.js';
import { SymbolCache } from './symbol-cache.js';
import type { SymbolsConfig } from './symbols.config.js';
import { SymbolsError } from './symbols-error.js';

/** What became of the search for the symbol file of a module. */
export type SymbolLookup =
  | { readonly outcome: 'found'; readonly file: SymbolFile }
  /** No source has it, or what they have cannot be used. */
  | { readonly outcome: 'missing' }
  /** No source has it, but at least one could not be asked: the same crash may get symbols later. */
  | { readonly outcome: 'unavailable' };

export interface SymbolsOptions {
  readonly s3: S3Access;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds. */
  readonly now?: () => number;
}

const logEveryMs = 60_000;

/** Finds the symbol files of modules in the sources, in their order. */
export class Symbols {
  private readonly sources: readonly SourceFiles[];
  private readonly closing = new AbortController();
  private readonly running = new Map<string, Promise<SymbolLookup>>();
  private readonly logged: Remembered<true>;
  private readonly endGauge: () => void;

  /**
   * Opens the cache. Asks no source, so that a service can start during an outage.
   * @throws SymbolsError
   */
  static async open(config: SymbolsConfig, options: SymbolsOptions): Promise<Symbols> {
    const onEvicted = (): void => options.metrics.increment('antenna.symbols.evictions');
    const sources = await Promise.all(
      config.locations.map((location) => openSource(location, options.s3)),
    );
    const cache = await SymbolCache.open(config.cacheDirectory, config.cacheBytes, onEvicted);
    const { now = Date.now, metrics } = options;
    const slots = new ByteSemaphore(maxConcurrency);
    return new Symbols(options, cache, (closing) =>
      sources.map(
        (source) =>
          new SourceFiles(source, {
            cache,
            limits: config,
            slots,
            closing,
            now,
            onFetched: (bytes) =>
              metrics.increment('antenna.symbols.fetched', { source: source.kind }, bytes),
          }),
      ),
    );
  }

  private constructor(
    private readonly options: SymbolsOptions,
    cache: SymbolCache,
    sources: (closing: AbortSignal) => SourceFiles[],
  ) {
    this.sources = sources(this.closing.signal);
    this.logged = new Remembered(100, options.now ?? Date.now);
    this.endGauge = options.metrics.observe('antenna.symbols.cache.size', () => cache.bytes);
  }

  /**
   * The path of the plain symbol file of a module; undefined if there is none now. The cache may remove the file when
   * others need its space: open it soon, and take a missing file as none.
   * @throws the signal's reason. Others may wait for the same file, so it is fetched nevertheless.
   */
  async find(module: ModuleId, signal?: AbortSignal): Promise<{ path: string } | undefined> {
    const lookup = await this.lookup(module, signal);
    return lookup.outcome === 'found' ? { path: lookup.file.path } : undefined;
  }

  /** {@link find}, which says more. Concurrent calls for one file ask once. */
  async lookup(module: ModuleId, signal?: AbortSignal): Promise<SymbolLookup> {
    signal?.throwIfAborted();
    const path = symbolPath(module);
    const debugId = canonicalId(module.debugId);
    let lookup: SymbolLookup = { outcome: 'missing' };
    if (path !== undefined && debugId !== undefined) {
      const running = this.running.get(path) ?? this.start(path, debugId);
      lookup = await untilAborted(running, signal);
    }
    const outcome = lookup.outcome === 'found' ? lookup.file.from : lookup.outcome;
    this.options.metrics.increment('antenna.symbols.lookups', { outcome });
    return lookup;
  }

  /** Ends what is being fetched. */
  close(): void {
    this.closing.abort();
    this.endGauge();
    for (const { source } of this.sources) source.close();
  }

  private start(path: string, debugId: string): Promise<SymbolLookup> {
    const running = this.search(path, debugId).finally(() => this.running.delete(path));
    // Its callers may all have been aborted.
    running.catch(() => undefined);
    this.running.set(path, running);
    return running;
  }

  private async search(path: string, debugId: string): Promise<SymbolLookup> {
    let isUnavailable = false;
    for (const files of this.sources) {
      try {
        const file = await files.find(path, debugId);
        if (file) return { outcome: 'found', file };
      } catch (error) {
        if (!(error instanceof SymbolsError)) throw error;
        this.report(files, error);
        if (error.retryable) isUnavailable = true;
      }
    }
    return { outcome: isUnavailable ? 'unavailable' : 'missing' };
  }

  /** Without the module, which is a part of a crash report. */
  private report({ source: { kind, location } }: SourceFiles, error: SymbolsError): void {
    const { code } = error;
    if (code === 'invalid_location' || this.closing.signal.aborted) return;
    this.options.metrics.increment('antenna.symbols.errors', { source: kind, reason: code });
    const key = `${location} ${code}`;
    if (this.logged.get(key)) return;
    this.logged.set(key, true, logEveryMs);
    this.options.logger.warn('symbols could not be used', { source: location, error });
  }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
