/**
 * Copies spooled envelopes to the staging store and announces them on the intake queue, in the background
 * and with retries without end. Those that wait together become one object and one message. An envelope leaves the
 * spool only after both steps succeeded; if the process ends between them, both are repeated, for a batch probably
 * with other envelopes and so under another key. The object that was not announced expires.
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
import { Logger, Metrics } from '#antenna/telemetry';
import { pause } from '#antenna/time';

import { IngestConfig } from '../ingest.config.js';
import { SpoolService } from '../spool/spool.service.js';
import type { SpooledEnvelope, TakeLimits } from '../spool/waiting-envelopes.js';
import {
  checkEnvelope,
  type CheckedEnvelope,
  UnshippableEnvelopeError,
} from './checked-envelope.js';
import { announce, Attempt, type Shipment, shipmentsOf } from './shipment.js';

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
    health.onDraining(() => spool.waiting.stopLingering());
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
      const batch = await this.spool.waiting.take(this.limits, signal);
      if (batch.length === 0) continue;
      this.start(async () => await this.ship(batch));
      if (this.consecutiveFailures > 0 || this.inFlight.size >= this.config.shipBatches)
        await Promise.race(this.inFlight);
      if (this.consecutiveFailures > 0)
        await pause(retryDelayMs(this.consecutiveFailures, retry), signal);
    }
  }

  private get limits(): TakeLimits {
    const { shipBatchCount, shipBatchBytes, shipLingerMs } = this.config;
    if (this.isBatching)
      return { count: shipBatchCount, bytes: shipBatchBytes, lingerMs: shipLingerMs };
    return { count: maxBatch, bytes: Number.POSITIVE_INFINITY, lingerMs: 0 };
  }

  private start(work: () => Promise<void>): void {
    const shipping = work().finally(() => this.inFlight.delete(shipping));
    this.inFlight.add(shipping);
  }

  private async ship(envelopes: readonly SpooledEnvelope[]): Promise<void> {
    const unshipped = envelopes.filter((envelope) => !this.shipped.has(envelope));
    const checked = await this.forEach(
      unshipped,
      'stage',
      async (envelope) => await this.checkOrSetAside(envelope),
    );
    const attempts = shipmentsOf(
      checked.filter((one) => one !== undefined),
      (envelope) => this.isBatching && this.isNew(envelope),
    ).map((shipment) => new Attempt(shipment));
    const staged = await this.stageEach(attempts);
    const announced = await this.announceAll(staged);
    await this.removeShipped(envelopes);
    for (const attempt of attempts) attempt.end();
    const left = this.left(envelopes);
    if (announced.length > 0) this.consecutiveFailures = 0;
    else if (left.some((envelope) => this.isNew(envelope))) this.consecutiveFailures += 1;
    const unannounced = staged
      .filter((attempt) => !announced.includes(attempt))
      .map(({ shipment }) => shipment);
    const held = new Set(unannounced.flatMap(envelopesOf));
    for (const shipment of unannounced) this.announceLater(shipment);
    for (const envelope of left) if (!held.has(envelope)) this.putBackLater(envelope);
  }

  /** Repeats only the announcement: a batch that is staged again with other envelopes would leave its object behind. */
  private async announceAgain(shipment: Shipment): Promise<void> {
    const attempt = new Attempt(shipment);
    const announced = await this.announceAll([attempt]);
    const envelopes = envelopesOf(shipment);
    await this.removeShipped(envelopes);
    attempt.end();
    if (announced.length > 0) {
      this.consecutiveFailures = 0;
      for (const envelope of this.left(envelopes)) this.putBackLater(envelope);
    } else {
      this.announceLater(shipment);
    }
  }

  private async checkOrSetAside(envelope: SpooledEnvelope): Promise<CheckedEnvelope | undefined> {
    try {
      return checkEnvelope(envelope);
    } catch (error) {
      if (!(error instanceof UnshippableEnvelopeError)) throw error;
      this.metrics.increment('antenna.shipper.failures', { step: 'stage' });
      await this.spool.setAside(envelope, error.message);
      return undefined;
    }
  }

  private async stageEach(attempts: readonly Attempt[]): Promise<Attempt[]> {
    const results = await Promise.allSettled(
      attempts.map(async (attempt) => await attempt.stage(this.staging)),
    );
    return attempts.filter((attempt, index) => {
      const result = results[index];
      if (result?.status === 'fulfilled') return true;
      this.attemptFailed('stage', attempt, result?.reason);
      return false;
    });
  }

  /** Returns those that are announced, and counts their envelopes as shipped. */
  private async announceAll(staged: readonly Attempt[]): Promise<Attempt[]> {
    const announced: Attempt[] = [];
    for (let first = 0; first < staged.length; first += maxBatch)
      announced.push(...(await this.announceUpToTen(staged.slice(first, first + maxBatch))));
    const envelopes = announced.flatMap(({ shipment }) => envelopesOf(shipment));
    for (const envelope of envelopes) this.shipped.add(envelope);
    this.metrics.increment('antenna.shipper.shipped', {}, envelopes.length);
    return announced;
  }

  private async announceUpToTen(staged: readonly Attempt[]): Promise<Attempt[]> {
    try {
      const results = await announce(staged, this.intake);
      return staged.filter((attempt, index) => {
        const result = results[index];
        if (result?.ok === true) return true;
        this.attemptFailed('announce', attempt, new Error(result?.code ?? 'no result'));
        return false;
      });
    } catch (error) {
      for (const attempt of staged) this.attemptFailed('announce', attempt, error);
      return [];
    }
  }

  private async removeShipped(envelopes: readonly SpooledEnvelope[]): Promise<void> {
    const shipped = envelopes.filter((envelope) => this.shipped.has(envelope));
    await this.forEach(shipped, 'remove', async (envelope) => await this.spool.remove(envelope));
  }

  /** Returns the results of those that did not fail. */
  private async forEach<R>(
    envelopes: readonly SpooledEnvelope[],
    step: 'stage' | 'remove',
    work: (envelope: SpooledEnvelope) => Promise<R>,
  ): Promise<R[]> {
    const results = await Promise.allSettled(envelopes.map(work));
    return results.flatMap((result, index) => {
      if (result.status === 'fulfilled') return [result.value];
      const envelope = envelopes[index];
      if (envelope) this.recordFailure(step, envelope, result.reason);
      return [];
    });
  }

  private attemptFailed(step: 'stage' | 'announce', attempt: Attempt, error: unknown): void {
    attempt.markFailed(error);
    for (const [index, { envelope }] of attempt.shipment.envelopes.entries())
      this.recordFailure(step, envelope, error, attempt.contextOf(index));
  }

  private recordFailure(
    step: 'stage' | 'announce' | 'remove',
    { crashId }: SpooledEnvelope,
    error: unknown,
    trace: Context = context.active(),
  ): void {
    this.metrics.increment('antenna.shipper.failures', { step });
    context.with(trace, () =>
      this.logger.warn(`${crashId} not shipped yet`, {
        crash_id: crashId,
        step,
        reason: errorMessage(error),
      }),
    );
  }

  private left(envelopes: readonly SpooledEnvelope[]): SpooledEnvelope[] {
    return envelopes.filter((envelope) => this.spool.waiting.has(envelope));
  }

  private get isBatching(): boolean {
    return this.staging.prefersBatches && this.config.shipBatchCount > 1;
  }

  /** Not attempted before, so that its failure says that the store or the queue is down. */
  private isNew(envelope: SpooledEnvelope): boolean {
    return !this.attempts.has(envelope) && !this.shipped.has(envelope);
  }

  /** Returns a failing envelope to the end of the queue, with a growing delay, so that it does not delay others. */
  private putBackLater(envelope: SpooledEnvelope): void {
    setTimeout(() => this.spool.waiting.putBack([envelope]), this.nextDelayMs([envelope])).unref();
  }

  private announceLater(shipment: Shipment): void {
    const again = (): void => {
      if (!this.stopping.signal.aborted) this.start(async () => await this.announceAgain(shipment));
    };
    setTimeout(again, this.nextDelayMs(envelopesOf(shipment))).unref();
  }

  private nextDelayMs(envelopes: readonly SpooledEnvelope[]): number {
    let attempts = 0;
    for (const envelope of envelopes) {
      attempts = (this.attempts.get(envelope) ?? 0) + 1;
      this.attempts.set(envelope, attempts);
    }
    return retryDelayMs(attempts, retry);
  }
}

function envelopesOf({ envelopes }: Shipment): SpooledEnvelope[] {
  return envelopes.map(({ envelope }) => envelope);
}
