import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import { errorMessage } from '#antenna/errors';
import { HealthRegistry } from '#antenna/service';
import { StoredCrashes } from '#antenna/stored-crashes';
import { Logger } from '#antenna/telemetry';
import { pause } from '#antenna/time';

import { CrashmoverConfig } from '../crashmover.config.js';
import { CRASH_STORE } from '../dependencies.js';
import { removeExpired } from './remove-expired.js';

const intervalMs = 60 * 60 * 1000;

/** Removes old crashes from a data directory, hourly: a bucket has lifecycle rules for it. Off without `RETENTION`. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    @Inject(CRASH_STORE) private readonly crashes: BlobStore,
    private readonly config: CrashmoverConfig,
    private readonly logger: Logger,
    health: HealthRegistry,
  ) {
    health.onDraining(() => this.stopping.abort());
  }

  onApplicationBootstrap(): void {
    if (this.config.retentionDays > 0) this.running = this.run(this.config.retentionDays);
  }

  /** Finishes the crash that is being removed. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(days: number): Promise<void> {
    const { logger } = this;
    const { signal } = this.stopping;
    const crashes = StoredCrashes.ofCollector(this.crashes, 'the crash store');
    while (!signal.aborted) {
      try {
        await removeExpired(crashes, { now: new Date(), days, logger, signal });
      } catch (error) {
        logger.error(`old crashes could not be listed: ${errorMessage(error)}`, { error });
      }
      await pause(intervalMs, signal);
    }
  }
}
