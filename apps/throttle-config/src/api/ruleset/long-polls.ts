import { BadRequestException, Injectable, type OnModuleDestroy } from '@nestjs/common';

import { HealthRegistry } from '#antenna/service';
import { Metrics } from '#antenna/telemetry';

import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import { RulesetEdits } from '../../ruleset/ruleset-edits.js';

/** Far more than there are ingest instances; a poll beyond it is answered immediately. */
const maxWaiting = 5000;
const maxWaitSeconds = 60;

/** Lets requests wait until another ruleset is live. */
@Injectable()
export class LongPolls implements OnModuleDestroy {
  private readonly waiting = new Set<() => void>();
  private readonly stopObserving: () => void;

  constructor(
    current: CurrentRuleset,
    edits: RulesetEdits,
    metrics: Metrics,
    private readonly health: HealthRegistry,
  ) {
    let { live: before } = current;
    edits.onEdit(({ live }) => {
      // Not every edit changes what clients get: it may be refused, or change comments only.
      if (live.revision !== before.revision || live.origin !== before.origin) this.releaseAll();
      before = live;
    });
    this.stopObserving = metrics.observe(
      'antenna.throttle_config.waiting_polls',
      () => this.waiting.size,
    );
    // A shutdown waits for requests in flight, so that waiting polls are answered; clients then poll another replica.
    health.onDraining(() => this.releaseAll());
  }

  onModuleDestroy(): void {
    this.releaseAll();
    this.stopObserving();
  }

  /** Resolves when the ruleset changes, the time is over or the client disconnects; immediately if too many wait. */
  async wait(timeoutMs: number, disconnected: AbortSignal): Promise<void> {
    if (this.health.isDraining || disconnected.aborted || this.waiting.size >= maxWaiting) return;
    await new Promise<void>((resolve) => {
      const release = (): void => {
        clearTimeout(timer);
        disconnected.removeEventListener('abort', release);
        this.waiting.delete(release);
        resolve();
      };
      const timer = setTimeout(release, timeoutMs);
      disconnected.addEventListener('abort', release);
      this.waiting.add(release);
    });
  }

  private releaseAll(): void {
    for (const release of this.waiting) release();
  }
}

const waitPattern = /^(?:(?:60(?:\.0{1,3})?|[1-5]?[0-9](?:\.[0-9]{1,3})?)s?)?$/;

/** The schema of the `wait` parameter. */
export const waitSchema = { type: 'string', pattern: waitPattern.source, example: '30s' } as const;

/**
 * The `wait` parameter of a long poll in milliseconds; 0 if there is none.
 * @throws {BadRequestException} for anything but a number of seconds from 0 to 60, with or without the unit
 */
export function parseWait(wait: unknown): number {
  if (wait === undefined || wait === '') return 0;
  if (typeof wait !== 'string' || !waitPattern.test(wait)) {
    throw new BadRequestException(
      `wait must be from 0s to ${maxWaitSeconds}s, for example wait=30s`,
    );
  }
  return Number.parseFloat(wait) * 1000;
}
