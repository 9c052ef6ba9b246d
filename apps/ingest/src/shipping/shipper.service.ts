/**
 * Carries spooled envelopes to the staging store and announces them on the intake queue, in the
 * background and for as long as it takes. An envelope leaves the spool only after both succeeded; a
 * crash between the two steps repeats them with the same key.
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
import { maxBatch, type MessageQueue } from '#antenna/message-queue';
import { BackingChecksService, HealthRegistry, retryDelayMs } from '#antenna/service';
import { isError, Logger, markFailed, Metrics } from '#antenna/telemetry';

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

const retry = { baseMs: 250, maxMs: 15_000 };

@Injectable()
export class ShipperService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private readonly attempts = new WeakMap<SpooledEnvelope, number>();
  /** Batches of which nothing arrived, not even what was new: the store or the queue is down. */
  private failuresInARow = 0;
  private running: Promise<void> | undefined;

  constructor(
    @Inject(STAGING_STORE) private readonly staging: BlobStore,
    @Inject(INTAKE_QUEUE) private readonly intake: MessageQueue,
    private readonly spool: SpoolService,
    private readonly config: IngestConfig,
    private readonly checks: BackingChecksService,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    health: HealthRegistry,
  ) {
    health.addBackingService('staging', () => staging.check());
    health.addBackingService('intake', () => intake.check());
  }

  /** Says at once what is missing; ingest accepts reports all the same, and ships them once it is there. */
  onApplicationBootstrap(): void {
    void this.checks.run();
    this.running = this.run();
  }

  /** Uploads have ended by now: ships what they left, within the drain time, then stops. */
  async onApplicationShutdown(): Promise<void> {
    const deadline = Date.now() + this.config.drainTimeoutMs;
    while (this.spool.waiting.count > 0 && Date.now() < deadline) await sleep(20);
    this.stopping.abort();
    await this.running;
    await Promise.allSettled(this.underWay);
    await this.spool.release();
    this.logger.info('shipper stopped', { waiting: this.spool.waiting.count });
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const batch = await this.spool.waiting.take(maxBatch, signal);
      if (batch.length === 0) continue;
      const shipping = this.ship(batch).finally(() => this.underWay.delete(shipping));
      this.underWay.add(shipping);
      if (this.failuresInARow > 0 || this.underWay.size >= this.config.shipBatches)
        await Promise.race(this.underWay);
      await this.pauseAfterFailure(signal);
    }
  }

  private async ship(batch: readonly SpooledEnvelope[]): Promise<void> {
    const attempted = await this.attemptEach(batch, 'stage', (envelope) =>
      this.stageOrSetAside(envelope),
    );
    const staged = attempted.filter((shipment) => shipment !== undefined);
    const announced = await this.announceAll(staged);
    await this.attemptEach(announced, 'remove', ({ envelope }) => this.spool.remove(envelope));
    for (const { trace } of staged) trace.span.end();
    this.metrics.increment('antenna.shipper.shipped', {}, announced.length);
    const shipped = new Set(announced.map(({ envelope }) => envelope));
    const { waiting } = this.spool;
    const left = batch.filter((envelope) => !shipped.has(envelope) && waiting.has(envelope));
    if (announced.length > 0) this.failuresInARow = 0;
    else if (left.some((envelope) => !this.attempts.has(envelope))) this.failuresInARow += 1;
    for (const envelope of left) this.putBackLater(envelope);
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
        this.failed('announce', shipment, new Error(result?.code ?? 'no result'));
        markFailed(shipment.trace.span, 'not announced');
        return false;
      });
    } catch (error) {
      for (const shipment of staged) {
        this.failed('announce', shipment, error);
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
      if (item) this.failed(step, item, result.reason);
      return [];
    });
  }

  /** Says so within the trace of the attempt, when it got as far as having one. */
  private failed(
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
        reason: isError(error) ? error.message : String(error),
      }),
    );
  }

  /** A failing envelope goes behind the others, later each time, so that it delays none of them. */
  private putBackLater(envelope: SpooledEnvelope): void {
    const attempts = (this.attempts.get(envelope) ?? 0) + 1;
    this.attempts.set(envelope, attempts);
    const delay = retryDelayMs(attempts, retry);
    setTimeout(() => this.spool.waiting.putBack([envelope]), delay).unref();
  }

  private async pauseAfterFailure(signal: AbortSignal): Promise<void> {
    if (this.failuresInARow === 0) return;
    try {
      await sleep(retryDelayMs(this.failuresInARow, retry), undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

function traceOf(item: SpooledEnvelope | Shipment, error: unknown): Context {
  if ('trace' in item) return item.trace.context;
  return error instanceof StagingError ? error.context : context.active();
}
