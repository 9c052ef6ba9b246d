import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { HealthRegistry, LOGGER } from '#antenna/service';
import { type Logger, Metrics } from '#antenna/telemetry';
import type { PublishedRuleset } from './load-ruleset.js';

/** Injects the ruleset that was valid when the service started. */
export const RULESET = Symbol('ruleset');

/** Holds the ruleset that is handed out, and says so in log, metrics and health. */
@Injectable()
export class RulesetService implements OnModuleInit, OnModuleDestroy {
  private stopObserving: (() => void) | undefined;

  constructor(
    @Inject(RULESET) readonly current: PublishedRuleset,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const { revision, source, ruleCount, warnings } = this.current;
    for (const warning of warnings) this.logger.warn(warning);
    this.logger.info('ruleset loaded', { revision, source, rules: ruleCount });
    this.stopObserving = this.metrics.observe('antenna.ruleset.info', () => 1, { revision });
    this.health.addStartup('ruleset', () => this.stopObserving !== undefined);
  }

  onModuleDestroy(): void {
    this.stopObserving?.();
  }
}
