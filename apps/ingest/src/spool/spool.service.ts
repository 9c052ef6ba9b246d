import { rm, statfs, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { DirectorySync } from '#antenna/blob-store';
import { isMissing } from '#antenna/errors';
import { HealthRegistry } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

import { IngestConfig } from '../ingest.config.js';
import { EnvelopeDraft } from './envelope-draft.js';
import { OpenFolder } from './open-folder.js';
import { SpoolInUseError, spoolStartupError } from './spool-error.js';
import {
  createSpoolFolders,
  envelopeSuffix,
  moveToDamaged,
  type SpoolFolders,
  spoolFolders,
} from './spool-folders.js';
import { SpoolHealth } from './spool-health.js';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';
import { recoverSpool, writeCheckName } from './spool-recovery.js';
import { SpoolSpace } from './spool-space.js';
import { type SpooledEnvelope, WaitingEnvelopes } from './waiting-envelopes.js';

const folderCheckMs = 1000;
/** A whole block: some file systems store a few bytes in the inode, which works on a full disk. */
const writeCheckBytes = Buffer.alloc(4096);

/** Makes envelopes durable on the local disk and keeps them until they are shipped. */
@Injectable()
export class SpoolService implements OnModuleInit, OnModuleDestroy {
  /** Complete envelopes, in shipping order. */
  readonly waiting = new WaitingEnvelopes();
  private readonly space: SpoolSpace;
  private readonly folders: SpoolFolders;
  private readonly folder: OpenFolder;
  private readonly folderSync: DirectorySync;
  private readonly health: SpoolHealth;
  private lock: DirectoryLock | undefined;
  private drafts = 0;
  /** Temporary file of the check; always the same, so that a broken disk does not collect many. */
  private checkPath: string | undefined;
  /** Entries of `tmp` that could not be removed, whose names no draft must use. */
  private readonly usedTemporary = new Set<string>();
  /** The envelopes of earlier processes have been read. */
  private recovered = false;
  private opened = false;
  private freeBytes = Number.POSITIVE_INFINITY;
  private volumeIsTooSmall = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: IngestConfig,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    health: HealthRegistry,
  ) {
    this.space = new SpoolSpace(config.spoolCapacity);
    this.folders = spoolFolders(config.spoolDirectory);
    this.folder = new OpenFolder(this.folders.envelopes);
    this.folderSync = new DirectorySync(this.folders.envelopes, () => this.folder.sync());
    this.health = new SpoolHealth(() => this.checkWrite(), logger);
    health.addStartup('spool', () => this.opened);
    health.addReadiness('spool', () => this.problem());
  }

  /**
   * Opens the spool and tries to write. Where the setting is wrong, ingest does not start. On a disk that fails, it
   * runs without being ready, so that probes and metrics show why, and goes on by itself when the disk works again.
   * @throws StartupError
   */
  async onModuleInit(): Promise<void> {
    this.metrics.observe('antenna.spool.depth', () => this.waiting.count);
    this.metrics.observe('antenna.spool.bytes', () => this.space.kept);
    this.metrics.observe('antenna.spool.capacity', () => this.space.capacity);
    this.metrics.observe('antenna.spool.oldest_age', () => this.waiting.oldestAgeMs() / 1000);
    try {
      await this.checkWrite();
    } catch (error) {
      const wrongSetting = spoolStartupError(this.folders.root, error);
      if (wrongSetting) {
        await this.release();
        throw wrongSetting;
      }
      this.health.failed(error);
      this.health.suspect();
    }
    await this.checkFolder();
    this.timer = setInterval(() => void this.checkFolder(), folderCheckMs).unref();
    this.opened = true;
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.health.stop();
  }

  /** Unlocks the directory for another process; must be the last call. */
  async release(): Promise<void> {
    await this.folder.close();
    this.lock?.release();
    this.lock = undefined;
  }

  /** Why the spool cannot take a report now, or undefined. */
  problem(): string | undefined {
    if (this.health.problem !== undefined) return this.health.problem;
    if (this.freeBytes < this.config.spoolMinFree)
      return `the disk has ${this.freeBytes} bytes free; the minimum is ${this.config.spoolMinFree}`;
    if (this.space.isFull)
      return `the spool holds ${this.space.used} of ${this.space.capacity} bytes`;
    return undefined;
  }

  /** Everything that it holds has been read and shipped. */
  get isEmpty(): boolean {
    return this.recovered && this.waiting.count === 0;
  }

  newDraft(): EnvelopeDraft {
    return new EnvelopeDraft({
      temporaryPath: this.newTemporaryPath(),
      memoryLimit: this.config.spoolMemoryPerUpload,
      space: this.space,
      restoreFolders: () => this.restoreFolders(),
      onDiskFailure: () => this.health.suspect(),
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
      await moveToDamaged(this.folders, file);
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

  private newTemporaryPath(): string {
    let name: string;
    do {
      this.drafts += 1;
      name = `${this.drafts}.part`;
    } while (this.usedTemporary.has(name));
    return join(this.folders.temporary, name);
  }

  private claimPath(crashId: string): string {
    const path = (suffix: string): string =>
      join(this.folders.envelopes, `${crashId}${suffix}${envelopeSuffix}`);
    let candidate = path('');
    for (let n = 2; !this.waiting.claim(candidate); n += 1) candidate = path(`.${n}`);
    return candidate;
  }

  /** Writes to the spool what a report would, after opening it if that has not succeeded yet. */
  private async checkWrite(): Promise<void> {
    await this.restoreFolders();
    if (!this.recovered) await this.recover();
    this.checkPath ??= this.newTemporaryPath();
    // A check that failed on a broken disk may have left it.
    await rm(this.checkPath, { force: true });
    const draft = new EnvelopeDraft({
      temporaryPath: this.checkPath,
      memoryLimit: 0,
      space: new SpoolSpace(Number.POSITIVE_INFINITY),
    });
    const path = join(this.folders.envelopes, writeCheckName);
    try {
      draft.append(Buffer.from(writeCheckBytes));
      await draft.commit(path, () => this.folderSync.sync());
    } finally {
      await draft.discard();
    }
    await unlink(path);
  }

  /** Creates the folders where they are missing, and locks the directory unless this process has it locked. */
  private async restoreFolders(): Promise<void> {
    const wasMissing = await createSpoolFolders(this.folders);
    if (wasMissing && this.recovered)
      this.logger.error('spool folders were missing and have been created again');
    if ((await this.lock?.isInPlace()) === true) return;
    const lock = lockDirectory(this.folders.root);
    if (!lock) throw new SpoolInUseError(`another process uses ${this.folders.root}`);
    this.lock?.release();
    this.lock = lock;
  }

  private async recover(): Promise<void> {
    await this.folder.open();
    const { envelopes, removedTemporary, damaged, skipped } = await recoverSpool(this.folders);
    for (const envelope of envelopes) {
      this.space.addExisting(envelope.size);
      this.waiting.add(envelope);
    }
    for (const { name: file, reason } of damaged) {
      // After a power cut this report was not acknowledged yet. Otherwise the disk lost part of it.
      if (reason === 'incomplete')
        this.logger.error('incomplete envelope moved to damaged/', { file });
      else this.logger.error('entry of the spool moved to damaged/', { file, reason });
    }
    for (const { path, reason } of skipped) {
      // No later report may take its name, which would replace it.
      this.waiting.claim(path);
      this.usedTemporary.add(basename(path));
      this.logger.error(
        'entry of the spool skipped; restart ingest when it is repaired or removed',
        {
          file: path,
          reason,
        },
      );
    }
    this.logger.info('spool scanned', { waiting: envelopes.length, partial: removedTemporary });
    this.recovered = true;
  }

  /** Also notices a removed folder before the next report does. */
  private async checkFolder(): Promise<void> {
    try {
      const { bavail, blocks, bsize } = await statfs(this.folders.root);
      this.followVolume(blocks * bsize, bavail * bsize);
      if (this.recovered && (await this.lock?.isInPlace()) !== true) this.health.suspect();
    } catch {
      this.health.suspect();
    }
  }

  private followVolume(volume: number, free: number): void {
    const { spoolCapacity, spoolMinFree } = this.config;
    this.freeBytes = free;
    this.space.volumeTakes(free - spoolMinFree);
    const isTooSmall = spoolCapacity + spoolMinFree > volume;
    if (isTooSmall === this.volumeIsTooSmall) return;
    this.volumeIsTooSmall = isTooSmall;
    const fields = { spool_capacity: spoolCapacity, spool_min_free: spoolMinFree, volume };
    if (isTooSmall)
      this.logger.warn('SPOOL_CAPACITY exceeds the volume; the spool uses what fits', fields);
    else this.logger.info('SPOOL_CAPACITY fits into the volume again', fields);
  }
}
