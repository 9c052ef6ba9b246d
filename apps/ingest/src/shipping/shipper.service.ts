/**
 * Copies spooled envelopes to the staging store and announces them on the intake queue, in the background
 * and with retries without end. An envelope leaves the spool only after both steps succeeded; if the process
 * ends between them, both are repeated with the same key.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { type Context, context } from '@opentelemetry/api';

import type { BlobStore } from '#antenna/blob-store';
import { errorMessage } from '#antenna/errors';
import { maxBatch, type MessageQueue } from '#antenna/message-queue';
import { BackendChecksService, HealthRegistry, retryDelayMs } from '#antenna/service';
import { Logger, markFailed, Metrics } from '#antenna/telemetry';
import { pause } from '#antenna/time';

import { IngestConfig } from '../ingest.config.js';
import { SpoolService } from '../spool/spool.service.js';
import type { SpooledEnvelope } from '../spool/waiting-envelopes.js';
import {
  type Shipment,
  announce,
  stage,
  StagingError,
  UnshippableEnvelopeError,
} from './shipment.js';

/** Injection tokens: ingest is given its adapters and does not choose them. */
export const STAGING_STORE = Symbol('staging blob store');
export const INTAKE_QUEUE = Symbol('intake queue');
/** Injection token: called at the end if acknowledged reports are left in the spool. */
export const ON_REPORTS_LEFT = Symbol('on reports left');

/** Of a process that ends cleanly and leaves acknowledged reports in its spool. */
export const reportsLeftExitCode = 3;

const retry = { baseMs: 250, maxMs: 15_000 };

@Injectable()
export class ShipperService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly inFlight = new Set<Promise<void>>();
  private readonly attempts = new WeakMap<SpooledEnvelope, number>();
  /** Shipped, and still in the spool because the file could not be removed: only that is repeated. */
  private readonly shipped = new WeakSet<SpooledEnvelope>();
  /** Batches of which not even a new envelope was shipped: the store or the queue is down. */
  private consecutiveFailures = 0;
  private running: Promise<void> | undefined;

  constructor(
    @Inject(STAGING_STORE) private readonly staging: BlobStore,
    @Inject(INTAKE_QUEUE) private readonly intake: MessageQueue,
    @Inject(ON_REPORTS_LEFT) private readonly onReportsLeft: () => void,
    private readonly spool: SpoolService,
    private readonly config: IngestConfig,
    private readonly checks: BackendChecksService,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    health: HealthRegistry,
  ) {
    health.addBackend('staging', () => staging.check());
    health.addBackend('intake', () => intake.check());
  }

  /** Checks the backends at once, to log what is missing. Ingest accepts reports meanwhile and ships them later. */
  onApplicationBootstrap(): void {
    void this.checks.run();
    this.running = this.run();
  }

  /** Ships what is in the spool, up to DRAIN_TIMEOUT, and stops. All uploads have ended by now. */
  async onApplicationShutdown(): Promise<void> {
    const deadline = Date.now() + this.config.drainTimeoutMs;
    while (this.spool.waiting.count > 0 && Date.now() < deadline) await sleep(20);
    this.stopping.abort();
    await this.running;
    await Promise.allSettled(this.inFlight);
    await this.spool.release();
    this.reportEnd();
  }

  /** The exit code shows what may otherwise be seen nowhere once the pod is gone. */
  private reportEnd(): void {
    const { count: waiting } = this.spool.waiting;
    if (waiting === 0) {
      this.logger.info('shipper stopped', { waiting });
      return;
    }
    const { spoolDirectory } = this.config;
    this.onReportsLeft();
    this.logger.warn(`${waiting} acknowledged reports are left in the spool ${spoolDirectory}`, {
      waiting,
      oldest_age_s: Math.round(this.spool.waiting.oldestAgeMs() / 1000),
      spool_dir: spoolDirectory,
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const batch = await this.spool.waiting.take(maxBatch, signal);
      if (batch.length === 0) continue;
      const shipping = this.ship(batch).finally(() => this.inFlight.delete(shipping));
      this.inFlight.add(shipping);
      if (this.consecutiveFailures > 0 || this.inFlight.size >= this.config.shipBatches)
        await Promise.race(this.inFlight);
      await this.pauseAfterFailure(signal);
    }
  }

  private async ship(batch: readonly SpooledEnvelope[]): Promise<void> {
    const unstaged = batch.filter((envelope) => !this.shipped.has(envelope));
    const attempted = await this.attemptEach(unstaged, 'stage', (envelope) =>
      this.stageOrSetAside(envelope),
    );
    const staged = attempted.filter((shipment) => shipment !== undefined);
    const announced = await this.announceAll(staged);
    for (const { envelope } of announced) this.shipped.add(envelope);
    const shipped = batch.filter((envelope) => this.shipped.has(envelope));
    await this.attemptEach(shipped, 'remove', (envelope) => this.spool.remove(envelope));
    for (const { trace } of staged) trace.span.end();
    this.metrics.increment('antenna.shipper.shipped', {}, announced.length);
    const left = batch.filter((envelope) => this.spool.waiting.has(envelope));
    if (announced.length > 0) this.consecutiveFailures = 0;
    else if (left.some((envelope) => this.isNew(envelope))) this.consecutiveFailures += 1;
    for (const envelope of left) this.putBackLater(envelope);
  }

  /** Not attempted before, so that its failure says that the store or the queue is down. */
  private isNew(envelope: SpooledEnvelope): boolean {
    return !this.attempts.has(envelope) && !this.shipped.has(envelope);
  }

  private async stageOrSetAside(envelope: SpooledEnvelope): Promise<Shipment | undefined> {
    try {
      return await stage(envelope, this.staging);
    } catch (error) {
      if (!(error instanceof UnshippableEnvelopeError)) throw error;
      this.metrics.increment('antenna.shipper.failures', { step: 'stage' });
      await this.spool.setAside(envelope, error.message);
      return undefined;
    }
  }

  private async announceAll(staged: readonly Shipment[]): Promise<Shipment[]> {
    if (staged.length === 0) return [];
    try {
      const results = await announce(staged, this.intake);
      return staged.filter((shipment, index) => {
        const result = results[index];
        if (result?.ok === true) return true;
        this.recordFailure('announce', shipment, new Error(result?.code ?? 'no result'));
        markFailed(shipment.trace.span, 'not announced');
        return false;
      });
    } catch (error) {
      for (const shipment of staged) {
        this.recordFailure('announce', shipment, error);
        markFailed(shipment.trace.span, error);
      }
      return [];
    }
  }

  private async attemptEach<T extends SpooledEnvelope | Shipment, R>(
    items: readonly T[],
    step: 'stage' | 'remove',
    attempt: (item: T) => Promise<R>,
  ): Promise<R[]> {
    const results = await Promise.allSettled(items.map(async (item) => await attempt(item)));
    return results.flatMap((result, index) => {
      if (result.status === 'fulfilled') return [result.value];
      const item = items[index];
      if (item) this.recordFailure(step, item, result.reason);
      return [];
    });
  }

  /** Logs in the trace of the attempt, if it has one. */
  private recordFailure(
    step: 'stage' | 'announce' | 'remove',
    item: SpooledEnvelope | Shipment,
    error: unknown,
  ): void {
    const { crashId } = 'envelope' in item ? item.envelope : item;
    this.metrics.increment('antenna.shipper.failures', { step });
    context.with(traceOf(item, error), () =>
      this.logger.warn(`${crashId} not shipped yet`, {
        crash_id: crashId,
        step,
        reason: errorMessage(error),
      }),
    );
  }

  /** Returns a failing envelope to the end of the queue, with a growing delay, so that it does not delay others. */
  private putBackLater(envelope: SpooledEnvelope): void {
    const attempts = (this.attempts.get(envelope) ?? 0) + 1;
    this.attempts.set(envelope, attempts);
    const delay = retryDelayMs(attempts, retry);
    setTimeout(() => this.spool.waiting.putBack([envelope]), delay).unref();
  }

  private async pauseAfterFailure(signal: AbortSignal): Promise<void> {
    if (this.consecutiveFailures === 0) return;
    await pause(retryDelayMs(this.consecutiveFailures, retry), signal);
  }
}

function traceOf(item: SpooledEnvelope | Shipment, error: unknown): Context {
  if ('trace' in item) return item.trace.context;
  return error instanceof StagingError ? error.context : context.active();
}
