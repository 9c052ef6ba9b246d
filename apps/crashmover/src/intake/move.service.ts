/** Moves one crash: fetches and verifies its envelope, saves it, publishes its id, removes the envelope from staging. */
import { Inject, Injectable } from '@nestjs/common';

import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import { type AnnouncedCrash, type Envelope, readEnvelope } from '#antenna/crash-report';
import { Logger, Metrics, type TraceCarrier } from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

import { PublishService } from '../publish/publish.service.js';
import { SaveService } from '../save/save.service.js';
import { STAGING_STORE } from '../dependencies.js';
import { withStage, MoveError } from '../move-error.js';
import { RecentCrashes } from './recent-crashes.js';
import { SubmittedIdOrder } from './submitted-id-order.js';

/**
 * The last step of a moved crash: a deferred crash is saved and not published; one whose submitted id a later report
 * has is neither.
 */
export type Moved = 'saved' | 'published' | 'superseded';

/** A crash whose envelope is the object under the key. */
export type StagedCrash = AnnouncedCrash & { readonly key: string };

const rememberedCrashes = 10_000;

@Injectable()
export class MoveService {
  private readonly finished = new RecentCrashes(rememberedCrashes);

  constructor(
    @Inject(STAGING_STORE) private readonly staging: BlobStore,
    private readonly saving: SaveService,
    private readonly publishing: PublishService,
    private readonly order: SubmittedIdOrder,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** @throws MoveError; everything that a retry needs is still there. */
  async move(message: StagedCrash, received: TraceCarrier): Promise<Moved> {
    const envelope = await withStage('fetch', () => this.fetch(message));
    if (!envelope) return message.verdict === 'accept' ? 'published' : 'saved';
    const moved = await this.store(envelope, message.key, received);
    // Before the envelope is deleted: a second delivery may arrive in between.
    this.finished.add(message.key);
    await withStage('clean_up', () => this.staging.delete(message.key));
    return moved;
  }

  private async store(envelope: Envelope, key: string, received: TraceCarrier): Promise<Moved> {
    const { crashId, verdict } = envelope.header;
    if (await withStage('order', () => this.order.isSuperseded(crashId, key))) {
      this.logger.info(`${crashId} not saved: a later report has this id`, { crash_id: crashId });
      return 'superseded';
    }
    await this.save(envelope);
    if (verdict === 'defer') return 'saved';
    await this.publish(crashId, received);
    return 'published';
  }

  /** Returns the verified envelope, or undefined if this process has already moved the crash. */
  private async fetch(message: StagedCrash): Promise<Envelope | undefined> {
    const { crashId, key } = message;
    try {
      const bytes = await this.staging.get(key);
      return await withStage('verify', async () => verified(bytes, crashId));
    } catch (error) {
      if (!(error instanceof BlobStoreError)) throw error;
      if (error.code !== 'not_found') throw error;
      if (this.finished.has(key)) return undefined;
      throw new MoveError('fetch', 'envelope_missing', 'briefly', { cause: error });
    }
  }

  private async save(envelope: Envelope): Promise<void> {
    const { crashId } = envelope.header;
    const startedAt = performance.now();
    await withStage('save', () => this.saving.save(envelope));
    this.metrics.record('antenna.crashmover.save.duration', secondsSince(startedAt));
    this.metrics.increment('antenna.crashmover.saved');
    this.logger.info(`${crashId} saved`, { crash_id: crashId });
  }

  private async publish(crashId: string, received: TraceCarrier): Promise<void> {
    const startedAt = performance.now();
    await withStage('publish', () => this.publishing.publish(crashId, received));
    this.metrics.record('antenna.crashmover.publish.duration', secondsSince(startedAt));
    this.metrics.increment('antenna.crashmover.published');
    this.logger.info(`${crashId} published`, { crash_id: crashId });
  }
}

function verified(bytes: Buffer, crashId: string): Envelope {
  const envelope = readEnvelope(bytes);
  if (envelope.header.crashId !== crashId) throw new MoveError('verify', 'wrong_crash_id', 'never');
  return envelope;
}
