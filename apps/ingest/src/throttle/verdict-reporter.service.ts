import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

import { errorMessage } from '#antenna/errors';
import { Logger } from '#antenna/telemetry';

import { IngestConfig } from '../ingest.config.js';
import { LiveRuleset } from './live-ruleset.js';
import { RulesetClient } from './ruleset-client.js';
import { VerdictCounts } from './verdict-counts.js';

const intervalMs = 5000;

/** Reports the decisions of the rules to throttle-config at an interval. A failed report is not repeated. */
@Injectable()
export class VerdictReporterService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: IngestConfig,
    private readonly live: LiveRuleset,
    private readonly counts: VerdictCounts,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const { throttleConfigUrl, instanceName } = this.config;
    if (throttleConfigUrl === undefined) return;
    const client = new RulesetClient(throttleConfigUrl, instanceName);
    this.timer = setInterval(() => void this.report(client), intervalMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.stopping.abort();
  }

  private async report(client: RulesetClient): Promise<void> {
    const { revision, since } = this.live;
    const rules = this.counts.takeAll();
    if (revision === undefined) return;
    try {
      await client.report(
        { instance: this.config.instanceName, revision, acceptedAt: since.toISOString(), rules },
        this.stopping.signal,
      );
    } catch (error) {
      this.logger.debug('verdicts cannot be reported', { reason: errorMessage(error) });
    }
  }
}
