import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { CrashFeedConfig } from '#antenna/backends';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { openProcessedIndex } from '#antenna/crash-index';
import {
  createCrashId,
  dumpKey,
  dumpNamesKey,
  processedCrashKey,
  rawCrashKey,
  serializeDumpNames,
} from '#antenna/crash-report';
import {
  type EmbeddedQueue,
  type EmbeddedQueues,
  type MessageQueue,
  openEmbeddedQueues,
} from '#antenna/message-queue';
import type { ProcessedCrash } from '#antenna/processed-crash';
import { loadConfig, type RunningService } from '#antenna/service';
import { SymbolsConfig } from '#antenna/symbols';
import { metricsForTests } from '#antenna/telemetry';
import {
  crashedModule,
  crashedModuleSymbols,
  recordingLogger,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { ProcessorConfig } from '../src/processor.config.js';
import { startProcessor } from '../src/start-processor.js';

/** A crash as crashmover stores it. */
interface StoredContent {
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly dumps?: Readonly<Record<string, Buffer>>;
}

interface Adapters {
  readonly crashes: BlobStore;
  readonly processing: MessageQueue;
  readonly deadLetters: MessageQueue;
}

/** The processor in this process, on a real directory store, embedded queues and real walker threads. */
export class ProcessorUnderTest implements Adapters {
  readonly logger = recordingLogger();
  readonly telemetry = metricsForTests();
  private readonly running: Pick<RunningService, 'close'>[] = [];

  private constructor(
    readonly directory: TemporaryDirectory,
    private readonly queues: EmbeddedQueues,
    readonly crashes: BlobStore,
  ) {}

  static async create(): Promise<ProcessorUnderTest> {
    const directory = await temporaryDirectory();
    const queues = await openEmbeddedQueues({ directory: join(directory.path, 'queues') });
    const crashes = await openDirectoryBlobStore({ directory: join(directory.path, 'crashes') });
    return new ProcessorUnderTest(directory, queues, crashes);
  }

  get processing(): EmbeddedQueue {
    return this.queues.queue('processing');
  }

  get deadLetters(): EmbeddedQueue {
    return this.queues.queue('processing-dead-letter');
  }

  /** Each call starts another processor on the same queues. */
  async start(
    options: { adapters?: Partial<Adapters>; env?: Readonly<Record<string, string>> } = {},
  ): Promise<RunningService> {
    const { crashes, processing, deadLetters, logger } = this;
    const env = {
      HOST: '127.0.0.1',
      PORT: '0',
      RETRY_BASE: '10ms',
      RETRY_MAX: '50ms',
      SYMBOLS: join(this.directory.path, 'symbols'),
      SYMBOL_CACHE_DIR: join(this.directory.path, 'symbol-cache'),
      ...options.env,
    };
    const adapters = { crashes, processing, deadLetters, ...options.adapters };
    const parts = { store: adapters.crashes, logger, metrics: this.telemetry.metrics };
    const index = openProcessedIndex(loadConfig(CrashFeedConfig, env), parts);
    const service = await startProcessor({
      ...adapters,
      index,
      config: loadConfig(ProcessorConfig, env),
      symbols: loadConfig(SymbolsConfig, env),
      s3: { region: undefined, s3Endpoint: undefined, s3PathStyle: false },
      logger,
      metrics: this.telemetry.metrics,
    });
    this.running.push({
      async close() {
        await service.close();
        await index?.close();
      },
    });
    return service;
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.splice(0).map(async (service) => await service.close()));
  }

  async dispose(): Promise<void> {
    await this.stop();
    await this.queues.close();
    await this.directory.remove();
  }

  /** Puts the symbols of `aMinidump` where the processor looks for them. */
  async addSymbols(): Promise<void> {
    const file = join(this.directory.path, 'symbols', crashedModule.path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, crashedModuleSymbols);
  }

  /** A file for `SIGNATURE_LISTS_FILE`. */
  signatureLists(): { file: string; write(lists: string): Promise<void> } {
    const file = join(this.directory.path, 'signature-lists.yaml');
    const head = 'apiVersion: antenna/v1\nkind: SignatureLists\n';
    return { file, write: async (lists) => await writeFile(file, `${head}${lists}\n`) };
  }

  /** Stores a crash, as crashmover does; returns its id. */
  async store({ annotations = {}, dumps = {} }: StoredContent = {}): Promise<string> {
    const crashId = createCrashId({ verdict: 'accept', now: new Date() });
    for (const [name, bytes] of Object.entries(dumps))
      await this.crashes.put(dumpKey(crashId, name), bytes);
    await this.crashes.put(dumpNamesKey(crashId), serializeDumpNames(Object.keys(dumps)));
    const rawCrash = { ...annotations, uuid: crashId, version: 2, metadata: {} };
    await this.crashes.put(rawCrashKey(crashId), Buffer.from(JSON.stringify(rawCrash)));
    return crashId;
  }

  /** Publishes it, as crashmover does. */
  async publish(body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.processing.send([{ body, attributes }]);
  }

  async storeAndPublish(content: StoredContent = {}): Promise<string> {
    const crashId = await this.store(content);
    await this.publish(crashId);
    return crashId;
  }

  async processed(crashId: string): Promise<ProcessedCrash> {
    const bytes = await this.crashes.get(processedCrashKey(crashId));
    return JSON.parse(bytes.toString()) as ProcessedCrash;
  }

  /** Keys of the markers of crashes that the index does not have yet. */
  async markers(): Promise<string[]> {
    const found = await Array.fromAsync(this.crashes.list('v1/index_pending/'));
    return found.map(({ key }) => key);
  }

  /** Waits until the processing queue has no message, neither visible nor in flight. */
  async queueEmpty(): Promise<void> {
    await waitFor(async () => (await this.processing.peek(1)).length === 0, {
      timeoutMs: 20_000,
      describe: () => `the queue to run empty; the log:\n${this.logger.messages.join('\n')}`,
    });
  }
}
