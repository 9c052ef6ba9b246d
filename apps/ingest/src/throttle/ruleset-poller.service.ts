/** Follows throttle-config: a change is here as soon as it is accepted there, and no report waits for it. */
import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

import { retryDelayMs } from '#antenna/service';
import { errorMessage, Logger, Metrics } from '#antenna/telemetry';
import { parseCanonicalRuleset } from '#antenna/throttle';

import { IngestConfig } from '../ingest.config.js';
import { LiveRuleset } from './live-ruleset.js';
import { RulesetCache } from './ruleset-cache.js';
import { type FetchedRuleset, RulesetClient } from './ruleset-client.js';

const retry = { baseMs: 250, maxMs: 10_000 };
/** A server that answers "unchanged" without waiting, an old one or a proxy, is not asked faster than this. */
const leastPollMs = 1000;
/** Nor are replicas that contradict each other faster than this, because one of them does not see the last edit. */
const leastPollForNewsMs = 250;

@Injectable()
export class RulesetPollerService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private etag: string | undefined;
  private lastAnswer: number | undefined;
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
      this.lastAnswer === undefined ? undefined : (performance.now() - this.lastAnswer) / 1000,
    );
    this.running = this.follow(new RulesetClient(throttleConfigUrl, this.config.instanceName));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async follow(client: RulesetClient): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const asked = performance.now();
        const changed = await client.changedFrom(this.etag, this.live.revision, signal);
        this.lastAnswer = performance.now();
        if (changed) await this.take(changed);
        const least = changed ? leastPollForNewsMs : leastPollMs;
        await pause(least - (this.lastAnswer - asked), signal);
        this.failures = 0;
      } catch (error) {
        if (!signal.aborted) await this.failed(error, signal);
      }
    }
  }

  private async take({ canonicalJson, etag }: FetchedRuleset): Promise<void> {
    const { ruleset, errors } = parseCanonicalRuleset(canonicalJson);
    if (!ruleset) throw new Error(`the ruleset is not valid: ${errors[0]?.message ?? 'unknown'}`);
    this.live.replace(ruleset, 'throttle-config');
    this.etag = etag;
    try {
      await this.cache.write(canonicalJson);
    } catch (error) {
      // The rules are in use; only a restart without throttle-config would miss them.
      this.logger.warn('cannot cache the ruleset', { reason: errorMessage(error) });
    }
  }

  private async failed(error: unknown, signal: AbortSignal): Promise<void> {
    this.failures += 1;
    this.metrics.increment('antenna.ruleset.poll.failures');
    if (this.failures === 1) {
      this.logger.warn('throttle-config is away; the ruleset in use stays', {
        reason: errorMessage(error),
        revision: this.live.revision ?? 'none',
      });
    }
    await pause(retryDelayMs(this.failures, retry), signal);
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds <= 0) return;
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
