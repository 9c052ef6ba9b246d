import { join } from 'node:path';

import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { serializeIntakeMessage, singleCrashMessage } from '#antenna/crash-report';
import {
  type EmbeddedQueue,
  type EmbeddedQueues,
  openEmbeddedQueues,
} from '#antenna/message-queue';
import { loadConfig, type RunningService } from '#antenna/service';
import { metricsForTests } from '#antenna/telemetry';
import {
  recordingLogger,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { CrashmoverConfig } from '../src/crashmover.config.js';
import type { CrashmoverDependencies } from '../src/dependencies.js';
import { startCrashmover } from '../src/start-crashmover.js';
import {
  batchOf,
  type ReportContent,
  reportWith,
  type StagedBatch,
  type StagedReport,
} from './staged-report.js';

type Adapters = Omit<CrashmoverDependencies, 'config'>;

interface BatchOptions {
  /** The trace context of each crash. */
  readonly traces?: readonly Readonly<Record<string, string>>[];
  /** The bytes to stage instead of those of the batch. */
  readonly staged?: (batch: StagedBatch) => Buffer;
}

interface QueueClock {
  /** Milliseconds since 1970; while undefined, the clock of the system runs. */
  stoppedAt: number | undefined;
}

/** crashmover in this process, on real directory stores and embedded queues in a temporary directory. */
export class CrashmoverUnderTest implements Adapters {
  readonly logger = recordingLogger();
  readonly telemetry = metricsForTests();
  private readonly running: RunningService[] = [];

  private constructor(
    private readonly directory: TemporaryDirectory,
    private readonly clock: QueueClock,
    private readonly queues: EmbeddedQueues,
    readonly staging: BlobStore,
    readonly crashes: BlobStore,
  ) {}

  static async create(): Promise<CrashmoverUnderTest> {
    const directory = await temporaryDirectory();
    const store = async (name: string): Promise<BlobStore> =>
      await openDirectoryBlobStore({ directory: join(directory.path, name) });
    const clock: QueueClock = { stoppedAt: undefined };
    const queues = await openEmbeddedQueues({
      directory: join(directory.path, 'queues'),
      now: () => clock.stoppedAt ?? Date.now(),
    });
    return new CrashmoverUnderTest(
      directory,
      clock,
      queues,
      await store('staging'),
      await store('crashes'),
    );
  }

  get crashDirectory(): string {
    return join(this.directory.path, 'crashes');
  }

  get intake(): EmbeddedQueue {
    return this.queues.queue('intake');
  }

  get processing(): EmbeddedQueue {
    return this.queues.queue('processing');
  }

  get deadLetters(): EmbeddedQueue {
    return this.queues.queue('intake-dead-letter');
  }

  /**
   * Stops the clock of the queues, or moves it on: visibility timeouts expire when the test says so, not when the
   * machine is slow.
   */
  advanceQueueClock(ms: number): void {
    this.clock.stoppedAt = (this.clock.stoppedAt ?? Date.now()) + ms;
  }

  /** Each call starts another crashmover on the same queues. */
  async start(
    options: { adapters?: Partial<Adapters>; env?: Readonly<Record<string, string>> } = {},
  ): Promise<RunningService> {
    const { staging, crashes, intake, processing, deadLetters, logger } = this;
    const service = await startCrashmover({
      staging,
      crashes,
      intake,
      processing,
      deadLetters,
      ...options.adapters,
      config: loadConfig(CrashmoverConfig, { HOST: '127.0.0.1', PORT: '0', ...options.env }),
      logger,
      metrics: this.telemetry.metrics,
    });
    this.running.push(service);
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

  /** Stages the envelope, then announces it, as ingest's shipper does. */
  async ship(content: ReportContent = {}, attributes = {}): Promise<StagedReport> {
    const report = reportWith(content);
    await this.staging.put(report.key, report.envelope);
    await this.announce(report, attributes);
    return report;
  }

  /** Stages the reports in one object, then announces it. */
  async shipBatch(
    contents: readonly ReportContent[],
    options: BatchOptions = {},
  ): Promise<StagedBatch> {
    const batch = batchOf(contents.map(reportWith), options.traces);
    await this.staging.put(batch.message.key, options.staged?.(batch) ?? batch.bytes);
    await this.announceBatch(batch);
    return batch;
  }

  async announceBatch({ message }: StagedBatch): Promise<void> {
    await this.intake.send([{ body: serializeIntakeMessage(message) }]);
  }

  async announce(
    { crashId, verdict, envelope, key }: StagedReport,
    attributes: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const message = singleCrashMessage({ crashId, key, size: envelope.length, verdict });
    const body = serializeIntakeMessage(message);
    await this.intake.send([{ body, attributes }]);
  }

  /** Keys of a store, sorted. */
  async keysOf(store: BlobStore): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of store.list('')) keys.push(key);
    return keys;
  }

  /** Waits until the intake queue has no message, neither visible nor in flight. */
  async intakeEmpty(): Promise<void> {
    await waitFor(async () => (await this.intake.peek(1)).length === 0, {
      timeoutMs: 15_000,
      describe: () => `the intake queue to run empty; the log:\n${this.logger.messages.join('\n')}`,
    });
  }

  async published(): Promise<string[]> {
    return (await this.processing.peek(1000)).map(({ body }) => body);
  }
}
