/** Moves the crashes of a staged object: fetches it, verifies, saves and publishes each crash, and deletes it. */
import { Inject, Injectable } from '@nestjs/common';

import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import {
  type AnnouncedCrash,
  type Envelope,
  EnvelopeError,
  type IntakeMessage,
  readEnvelope,
} from '#antenna/crash-report';
import { Logger, Metrics, type TraceCarrier } from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

import { PublishService } from '../publish/publish.service.js';
import { SaveService } from '../save/save.service.js';
import { STAGING_STORE } from '../dependencies.js';
import { MoveError, withStage } from '../move-error.js';
import { isBatch } from './delivery.js';
import { RecentCrashes } from './recent-crashes.js';
import { SubmittedIdOrder } from './submitted-id-order.js';

/**
 * The last step of a moved crash: a deferred crash is saved and not published; one whose submitted id a later report
 * has is neither, nor is a probe of ingest.
 */
export type Moved = 'saved' | 'published' | 'superseded' | 'probe';

/** A staged object in memory. */
export interface StagedObject {
  readonly announced: IntakeMessage;
  /** Undefined if there is no object under the key. */
  readonly bytes: Buffer | undefined;
}

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

  /** @throws MoveError if the object cannot be read */
  async fetch(announced: IntakeMessage): Promise<StagedObject> {
    return { announced, bytes: await withStage('fetch', () => this.read(announced.key)) };
  }

  /**
   * Moves one crash of the object, unless this process did so before.
   * @throws MoveError; everything that a retry needs is still there
   */
  async move(object: StagedObject, crash: AnnouncedCrash): Promise<Moved | 'moved_before'> {
    if (this.isFinished(object, crash)) return 'moved_before';
    const bytes = envelopeBytes(object, crash);
    // A second delivery: another crashmover has deleted it.
    if (!bytes && object.announced.probe) return 'probe';
    if (!bytes)
      throw new MoveError('fetch', 'envelope_missing', 'briefly', { cause: missing(object) });
    const envelope = await withStage('verify', async () => verified(bytes, crash.crashId));
    const moved = await this.store(envelope, object.announced.key, crash.trace);
    // Before the object is deleted: a second delivery may arrive in between.
    this.finish(object, crash);
    return moved;
  }

  isFinished(object: StagedObject, crash: AnnouncedCrash): boolean {
    return this.finished.has(nameOf(object, crash));
  }

  /** Remembers that no later delivery of the object needs to move the crash. */
  finish(object: StagedObject, crash: AnnouncedCrash): void {
    this.finished.add(nameOf(object, crash));
  }

  /** @throws MoveError */
  async delete({ announced }: StagedObject): Promise<void> {
    await withStage('clean_up', () => this.staging.delete(announced.key));
  }

  private async read(key: string): Promise<Buffer | undefined> {
    try {
      return await this.staging.get(key);
    } catch (error) {
      if (error instanceof BlobStoreError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  private async store(envelope: Envelope, key: string, received: TraceCarrier): Promise<Moved> {
    const { crashId, verdict, probe } = envelope.header;
    if (probe) {
      this.logger.info(`${crashId} is a probe of ingest, not saved`, { crash_id: crashId });
      return 'probe';
    }
    if (await withStage('order', () => this.order.isSuperseded(crashId, key))) {
      this.logger.info(`${crashId} not saved: a later report has this id`, { crash_id: crashId });
      return 'superseded';
    }
    await this.save(envelope);
    if (verdict === 'defer') return 'saved';
    await this.publish(crashId, received);
    return 'published';
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

/** The envelope of one crash: a view of the object, not a copy. */
export function envelopeBytes(
  { announced, bytes }: StagedObject,
  { offset, size }: AnnouncedCrash,
): Buffer | undefined {
  return isBatch(announced) ? bytes?.subarray(offset, offset + size) : bytes;
}

/** Whether the envelope of the crash has the right checksums. */
export function isIntact(object: StagedObject, crash: AnnouncedCrash): boolean {
  try {
    readEnvelope(envelopeBytes(object, crash) ?? Buffer.alloc(0));
    return true;
  } catch (error) {
    if (error instanceof EnvelopeError) return false;
    throw error;
  }
}

/** A crash may be in several objects, such as a batch and, split off it, alone. */
function nameOf({ announced }: StagedObject, { crashId }: AnnouncedCrash): string {
  return `${announced.key} ${crashId}`;
}

function missing({ announced }: StagedObject): BlobStoreError {
  return new BlobStoreError('not_found', `no object ${announced.key}`);
}

function verified(bytes: Buffer, crashId: string): Envelope {
  const envelope = readEnvelope(bytes);
  if (envelope.header.crashId !== crashId) throw new MoveError('verify', 'wrong_crash_id', 'never');
  return envelope;
}
