/** Makes the processed crash of a stored one. */
import { isDeepStrictEqual } from 'node:util';

import { Inject, Injectable } from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import type { ProcessedIndex } from '#antenna/crash-index';
import { processedCrashKey } from '#antenna/crash-report';
import {
  buildProcessedCrash,
  namesToCopy,
  type ProcessedCrash,
  serializeProcessedCrash,
} from '#antenna/processed-crash';
import { type StoredCrash, StoredCrashes } from '#antenna/stored-crashes';
import { Logger } from '#antenna/telemetry';
import { readVersion } from '#antenna/version';

import { CRASH_INDEX, CRASH_STORE } from '../dependencies.js';
import { ProcessError, withStage } from '../process-error.js';
import { ProcessorConfig } from '../processor.config.js';
import { DumpWalksService, type WalkOptions } from './dump-walks.service.js';
import { SignatureListsService } from './signature-lists.service.js';
import { StackWalkersService } from './stack-walkers.service.js';

/** `unwalked`: it has a minidump that could not be walked; `without_dump`: it has none; `erased`: meanwhile. */
export type Processed = 'processed' | 'unwalked' | 'without_dump' | 'erased';

@Injectable()
export class ProcessService {
  private readonly stored: StoredCrashes;
  private readonly copied: readonly string[];

  constructor(
    @Inject(CRASH_STORE) private readonly crashes: BlobStore,
    @Inject(CRASH_INDEX) private readonly index: ProcessedIndex,
    private readonly lists: SignatureListsService,
    private readonly walks: DumpWalksService,
    private readonly walkers: StackWalkersService,
    private readonly logger: Logger,
    config: ProcessorConfig,
  ) {
    this.stored = StoredCrashes.ofCollector(crashes, 'the crash store');
    this.copied = namesToCopy(config.copiedAnnotations);
  }

  /**
   * Idempotent: a crash that is processed again replaces its processed crash.
   * @throws ProcessError
   */
  async process(crashId: string, options: WalkOptions): Promise<Processed> {
    const startedAt = new Date();
    const crash = await withStage('read', async () => await this.stored.find(crashId));
    if (!crash) {
      // An earlier attempt may have written it, and ended before it saw that the crash was erased.
      await withStage('save', async () => await this.forget(crashId));
      throw new ProcessError('read', 'crash_missing', 'briefly');
    }
    const processed = await withStage(
      'walk',
      async () => await this.build(crash, options, startedAt),
    );
    const isKept = await withStage('save', async () => await this.save(crash, processed));
    if (!isKept) {
      this.logger.info(`${crashId} was erased meanwhile`, { crash_id: crashId });
      return 'erased';
    }
    const { mdsw_status_string: status } = processed;
    this.logger.info(`${crashId} processed`, { crash_id: crashId, walk: status });
    if (status === 'OK') return 'processed';
    return status === 'not_there' ? 'without_dump' : 'unwalked';
  }

  private async build(
    crash: StoredCrash,
    options: WalkOptions,
    startedAt: Date,
  ): Promise<ProcessedCrash> {
    const { dumps, notes } = await this.walks.walkAll(crash, options);
    const lists = await this.lists.current();
    return buildProcessedCrash({
      crashId: crash.crashId,
      rawCrash: crash.rawCrash,
      dumpNames: crash.dumpNames,
      walked: dumps,
      notes,
      lists,
      copied: this.copied,
      processor: {
        version: readVersion().version,
        walker: this.walkers.version,
        signature_lists: lists.revision,
      },
      startedAt,
      finishedAt: new Date(),
    });
  }

  /**
   * Returns false if the crash was erased since it was read: what erases it may not have seen this object.
   * @throws ProcessError if it was changed, as when an annotation is removed
   */
  private async save(
    { crashId, rawCrash }: StoredCrash,
    processed: ProcessedCrash,
  ): Promise<boolean> {
    await this.crashes.put(processedCrashKey(crashId), serializeProcessedCrash(processed));
    // Before the check: what erases a crash removes it from the index last.
    await this.index.put(processed);
    const current = await this.stored.rawCrash(crashId);
    if (isDeepStrictEqual(current, rawCrash)) return true;
    await this.forget(crashId);
    if (current !== undefined) throw new ProcessError('save', 'crash_changed', 'fully');
    return false;
  }

  private async forget(crashId: string): Promise<void> {
    await this.crashes.delete(processedCrashKey(crashId));
    await this.index.remove(crashId);
  }
}
