import { type FileHandle, open, rename, statfs, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { DirectorySync } from '#antenna/blob-store';
import { errorMessage, isMissing } from '#antenna/errors';
import { HealthRegistry, StartupError } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

import { IngestConfig } from '../ingest.config.js';
import { EnvelopeDraft } from './envelope-draft.js';
import { SpoolError } from './spool-error.js';
import { type SpoolLock, lockSpool } from './spool-lock.js';
import {
  createSpoolFolders,
  envelopeSuffix,
  recoverSpool,
  type SpoolFolders,
  spoolFolders,
} from './spool-recovery.js';
import { SpoolSpace } from './spool-space.js';
import { type SpooledEnvelope, WaitingEnvelopes } from './waiting-envelopes.js';

const freeSpaceCheckMs = 1000;

/** Makes envelopes durable on the local disk and keeps them until they are shipped. */
@Injectable()
export class SpoolService implements OnModuleInit, OnModuleDestroy {
  /** Complete envelopes, in shipping order. */
  readonly waiting = new WaitingEnvelopes();
  private readonly space: SpoolSpace;
  private readonly folders: SpoolFolders;
  private readonly folderSync: DirectorySync;
  private lock: SpoolLock | undefined;
  /** The folder of complete envelopes; stays open, since every commit syncs it. */
  private folder: FileHandle | undefined;
  private drafts = 0;
  private scanned = false;
  private freeBytes = Number.POSITIVE_INFINITY;
  private freeSpaceTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: IngestConfig,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    health: HealthRegistry,
  ) {
    this.space = new SpoolSpace(config.spoolCapacity);
    this.folders = spoolFolders(config.spoolDirectory);
    this.folderSync = new DirectorySync(this.folders.envelopes, () => this.syncFolder());
    health.addStartup('spool', () => this.scanned);
    health.addReadiness('spool', () => this.problem());
  }

  async onModuleInit(): Promise<void> {
    await this.lockDirectory();
    const { envelopes, removedTemporary, damaged } = await recoverSpool(this.folders);
    for (const envelope of envelopes) {
      this.space.addExisting(envelope.size);
      this.waiting.add(envelope);
    }
    for (const name of damaged) {
      // After a power cut this report was not acknowledged yet. Otherwise the disk lost part of it.
      this.logger.error('incomplete envelope moved to damaged/', { file: name });
    }
    this.logger.info('spool scanned', { waiting: envelopes.length, partial: removedTemporary });
    this.metrics.observe('antenna.spool.depth', () => this.waiting.count);
    this.metrics.observe('antenna.spool.bytes', () => this.space.kept);
    this.metrics.observe('antenna.spool.capacity', () => this.space.capacity);
    this.metrics.observe('antenna.spool.oldest_age', () => this.waiting.oldestAgeMs() / 1000);
    await this.readFreeSpace();
    this.freeSpaceTimer = setInterval(() => void this.readFreeSpace(), freeSpaceCheckMs).unref();
    this.scanned = true;
  }

  onModuleDestroy(): void {
    clearInterval(this.freeSpaceTimer);
  }

  /** Unlocks the directory for another process; must be the last call. */
  async release(): Promise<void> {
    await this.folder?.close();
    this.folder = undefined;
    this.lock?.release();
    this.lock = undefined;
  }

  /** Why the spool cannot take a report now, or undefined. */
  problem(): string | undefined {
    if (this.space.isFull)
      return `the spool holds ${this.space.used} of ${this.space.capacity} bytes`;
    if (this.freeBytes < this.config.spoolMinFree)
      return `the disk has ${this.freeBytes} bytes free; the minimum is ${this.config.spoolMinFree}`;
    return undefined;
  }

  newDraft(): EnvelopeDraft {
    this.drafts += 1;
    return new EnvelopeDraft({
      temporaryPath: join(this.folders.temporary, `${this.drafts}.part`),
      memoryLimit: this.config.spoolMemoryPerUpload,
      space: this.space,
    });
  }

  /**
   * Once this resolves, the envelope survives `kill -9` and a power cut.
   * @throws SpoolError; the caller must then discard the draft.
   */
  async commit(draft: EnvelopeDraft, crashId: string, now: Date): Promise<void> {
    const path = this.claimPath(crashId);
    const startedAt = performance.now();
    try {
      await draft.commit(path, () => this.folderSync.sync());
    } catch (error) {
      this.waiting.unclaim(path);
      throw error;
    }
    this.metrics.record('antenna.spool.write.duration', secondsSince(startedAt));
    this.waiting.add({ crashId, path, size: draft.size, spooledAt: now });
  }

  /** Removes a shipped envelope. If a power cut undoes the removal, the envelope is shipped again. */
  async remove(envelope: SpooledEnvelope): Promise<void> {
    // Not rm: with `force` it calls stat on the path before it removes it.
    try {
      await unlink(envelope.path);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    this.forget(envelope);
  }

  /** Moves an envelope that can never be shipped to `damaged`, if its file exists. */
  async setAside(envelope: SpooledEnvelope, reason: string): Promise<void> {
    const file = basename(envelope.path);
    try {
      await rename(envelope.path, join(this.folders.damaged, file));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    this.forget(envelope);
    this.logger.error(`${envelope.crashId} cannot be shipped, moved to damaged/`, {
      crash_id: envelope.crashId,
      file,
      reason,
    });
  }

  private forget(envelope: SpooledEnvelope): void {
    this.waiting.remove(envelope);
    this.space.free(envelope.size);
  }

  private async syncFolder(): Promise<void> {
    if (!this.folder) throw new SpoolError('spool_failed', 'the spool has been released');
    await this.folder.sync();
  }

  private claimPath(crashId: string): string {
    const path = (suffix: string): string =>
      join(this.folders.envelopes, `${crashId}${suffix}${envelopeSuffix}`);
    let candidate = path('');
    for (let n = 2; !this.waiting.claim(candidate); n += 1) candidate = path(`.${n}`);
    return candidate;
  }

  private async lockDirectory(): Promise<void> {
    const { root } = this.folders;
    try {
      await createSpoolFolders(this.folders);
      this.lock = lockSpool(root);
    } catch (error) {
      throw new StartupError(
        `cannot write to the spool directory ${root}: ${errorMessage(error)}; set SPOOL_DIR to a writable directory`,
        { cause: error },
      );
    }
    if (!this.lock) {
      throw new StartupError(
        `the spool directory ${root} is in use by another process; set SPOOL_DIR to another directory`,
      );
    }
    this.folder = await open(this.folders.envelopes, 'r');
  }

  private async readFreeSpace(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(this.folders.root);
      this.freeBytes = bavail * bsize;
    } catch (error) {
      this.logger.error('spool cannot read the free disk space', { error });
    }
  }
}
