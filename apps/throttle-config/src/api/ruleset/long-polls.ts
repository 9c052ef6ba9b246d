import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { HealthRegistry } from '#antenna/service';
import { Metrics } from '#antenna/telemetry';

import { CurrentRuleset } from '../../ruleset/current-ruleset.js';

/** Far more than there are ingest processes; beyond it a poll is answered at once. */
const maxWaiting = 5000;

/** Lets requests wait until another ruleset becomes live. */
@Injectable()
export class LongPolls implements OnModuleInit, OnModuleDestroy {
  private readonly waiting = new Set<() => void>();
  private endings: (() => void)[] = [];

  constructor(
    private readonly holder: CurrentRuleset,
    private readonly metrics: Metrics,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.endings = [
      this.holder.onSwap(() => this.releaseAll()),
      this.metrics.observe('antenna.throttle_config.waiting_polls', () => this.waiting.size),
    ];
    // The shutdown waits for requests in flight: whoever waits is answered then, and asks again elsewhere.
    this.health.onDraining(() => this.releaseAll());
  }

  onModuleDestroy(): void {
    this.releaseAll();
    for (const end of this.endings) end();
  }

  /** Resolves at the next swap, when the time is over or the client has gone, and at once when too many wait. */
  async wait(timeoutMs: number, gone: AbortSignal): Promise<void> {
    if (this.health.isDraining || gone.aborted || this.waiting.size >= maxWaiting) return;
    await new Promise<void>((resolve) => {
      const release = (): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', release);
        this.waiting.delete(release);
        resolve();
      };
      const timer = setTimeout(release, timeoutMs);
      gone.addEventListener('abort', release);
      this.waiting.add(release);
    });
  }

  private releaseAll(): void {
    for (const release of this.waiting) release();
  }
}
