/** Polls throttle-config by long polling, so that a change arrives at once and no report waits for it. */
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

import { errorMessage } from '#antenna/errors';
import { retryDelayMs, RulesetCache } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';
import { parseCanonicalRuleset } from '#antenna/throttle';
import { pause, secondsSince } from '#antenna/time';

import { IngestConfig } from '../ingest.config.js';
import { LiveRuleset } from './live-ruleset.js';
import { type FetchedRuleset, RulesetClient } from './ruleset-client.js';

const retry = { baseMs: 250, maxMs: 10_000 };
/** Shortest time between two polls, for a server or proxy that answers "unchanged" without waiting. */
const minPollMs = 1000;
/** The same after a change, for replicas that alternate because one of them has not seen the last edit. */
const minPollAfterChangeMs = 250;

const maxLoggedKeys = 10;

@Injectable()
export class RulesetPollerService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private etag: string | undefined;
  private answeredAt: number | undefined;
  private failures = 0;

  constructor(
    private readonly config: IngestConfig,
    private readonly live: LiveRuleset,
    private readonly cache: RulesetCache,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    const { throttleConfigUrl } = this.config;
    if (throttleConfigUrl === undefined) return;
    this.metrics.observe('antenna.ruleset.poll.age', () =>
      this.answeredAt === undefined ? undefined : secondsSince(this.answeredAt),
    );
    this.running = this.poll(new RulesetClient(throttleConfigUrl, this.config.instanceName));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async poll(client: RulesetClient): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const requestedAt = performance.now();
        const changed = await client.changedFrom(this.etag, this.live.revision, signal);
        this.answeredAt = performance.now();
        if (changed) await this.accept(changed);
        const minMs = changed ? minPollAfterChangeMs : minPollMs;
        await pause(minMs - (this.answeredAt - requestedAt), signal);
        this.failures = 0;
      } catch (error) {
        if (!signal.aborted) await this.recordFailure(error, signal);
      }
    }
  }

  private async accept({ canonicalJson, etag }: FetchedRuleset): Promise<void> {
    const { ruleset, errors, ignored = [] } = parseCanonicalRuleset(canonicalJson);
    if (!ruleset) throw new Error(`the ruleset is not valid: ${errors[0]?.message ?? 'unknown'}`);
    this.live.replace(ruleset, 'throttle-config');
    this.etag = etag;
    if (ignored.length > 0) {
      this.logger.warn('ruleset has keys that this version ignores; upgrade ingest', {
        keys: ignored.slice(0, maxLoggedKeys).join(', '),
      });
    }
    try {
      await this.cache.write(canonicalJson);
    } catch (error) {
      // The ruleset is in use; only a restart without throttle-config would miss it.
      this.logger.warn('ruleset cannot be cached', { reason: errorMessage(error) });
    }
  }

  private async recordFailure(error: unknown, signal: AbortSignal): Promise<void> {
    this.failures += 1;
    this.metrics.increment('antenna.ruleset.poll.failures');
    if (this.failures === 1) {
      this.logger.warn('throttle-config is unavailable; the current ruleset stays in use', {
        reason: errorMessage(error),
        revision: this.live.revision ?? 'none',
      });
    }
    await pause(retryDelayMs(this.failures, retry), signal);
  }
}
