/** Moves one crash: fetch and verify its envelope, save it, publish its id, remove what is staged. */
import { Inject, Injectable } from '@nestjs/common';

import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import { type Envelope, type IntakeMessage, readEnvelope } from '#antenna/crash-report';
import { Logger, Metrics, type TraceCarrier } from '#antenna/telemetry';

import { PublishService } from '../publish/publish.service.js';
import { SaveService } from '../save/save.service.js';
import { STAGING_STORE } from '../tokens.js';
import { during, MoveError } from './move-error.js';
import { RecentCrashes } from './recent-crashes.js';

/** How far a crash had to go: a deferred one is saved and not published. */
export type Moved = 'saved' | 'published';

const rememberedCrashes = 10_000;

@Injectable()
export class MoveService {
  private readonly finished = new RecentCrashes(rememberedCrashes);

  constructor(
    @Inject(STAGING_STORE) private readonly staging: BlobStore,
    private readonly saving: SaveService,
    private readonly publishing: PublishService,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** @throws MoveError; nothing that a retry needs has been removed then. */
  async move(message: IntakeMessage, received: TraceCarrier): Promise<Moved> {
    const envelope = await this.fetch(message);
    if (!envelope) return message.verdict === 'accept' ? 'published' : 'saved';
    const { crashId, verdict } = envelope.header;
    await this.save(envelope);
    if (verdict === 'accept') await this.publish(crashId, received);
    // Before the envelope goes: a second delivery may come between.
    this.finished.add(crashId);
    await during('clean_up', () => this.staging.delete(message.key));
    return verdict === 'accept' ? 'published' : 'saved';
  }

  /** The verified envelope, or undefined for a second delivery of a crash that this process finished. */
  private async fetch(message: IntakeMessage): Promise<Envelope | undefined> {
    const { crashId, key } = message;
    try {
      const bytes = await this.staging.get(key);
      return await during('verify', async () => verified(bytes, crashId));
    } catch (error) {
      if (!(error instanceof BlobStoreError)) throw error;
      if (error.code !== 'not_found')
        throw new MoveError('fetch', error.code, error.retryable, { cause: error });
      if (this.finished.has(crashId)) return undefined;
      throw new MoveError('fetch', 'envelope_missing', false, { cause: error });
    }
  }

  private async save(envelope: Envelope): Promise<void> {
    const { crashId } = envelope.header;
    const begun = performance.now();
    await during('save', () => this.saving.save(envelope));
    this.metrics.record('antenna.crashmover.save.duration', secondsSince(begun));
    this.metrics.increment('antenna.crashmover.saved');
    this.logger.info(`${crashId} saved`, { crash_id: crashId });
  }

  private async publish(crashId: string, received: TraceCarrier): Promise<void> {
    const begun = performance.now();
    await during('publish', () => this.publishing.publish(crashId, received));
    this.metrics.record('antenna.crashmover.publish.duration', secondsSince(begun));
    this.metrics.increment('antenna.crashmover.published');
    this.logger.info(`${crashId} published`, { crash_id: crashId });
  }
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000;
}

function verified(bytes: Buffer, crashId: string): Envelope {
  const envelope = readEnvelope(bytes);
  if (envelope.header.crashId !== crashId) throw new MoveError('verify', 'wrong_crash_id', false);
  return envelope;
}
