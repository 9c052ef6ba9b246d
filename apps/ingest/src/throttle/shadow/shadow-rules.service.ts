import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { errorMessage } from '#antenna/errors';
import { Logger, Metrics } from '#antenna/telemetry';
import {
  parseCanonicalRuleset,
  type Ruleset,
  type ShadowEnd,
  type ShadowNotice,
  type ShadowReport,
} from '#antenna/throttle';

import { fetchDraft } from '../ruleset-client.js';
import { ShadowRun } from './shadow-run.js';

/** For how long the counts are posted after the end: until every replica has had its chance to get them. */
const postedMs = 10 * 60_000;

type RunningDraft = NonNullable<ShadowNotice['running']>;

/** The draft that throttle-config wants tried on live reports. It decides nothing. */
@Injectable()
export class ShadowRules implements OnModuleInit, OnModuleDestroy {
  private run: ShadowRun | undefined;
  private timer: NodeJS.Timeout | undefined;
  private unusable: string | undefined;
  private stopObserving: (() => void) | undefined;

  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const read = (): number => (this.running ? 1 : 0);
    this.stopObserving = this.metrics.observe('antenna.throttle.shadow_running', read);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.stopObserving?.();
  }

  /** Undefined if no draft runs. */
  get running(): ShadowRun | undefined {
    return this.run?.ended === undefined ? this.run : undefined;
  }

  /** The counts for throttle-config; also for some minutes after the end. */
  report(): ShadowReport | undefined {
    return this.run?.report();
  }

  /**
   * Follows the answer of a replica to a post.
   * @param posted what the post said about the draft that runs here
   */
  async heard(
    replica: string,
    { running, ended }: ShadowNotice,
    posted: ShadowReport | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (ended && posted && posted.id === this.running?.id) this.end(ended);
    if (running && this.isNews(running)) await this.start(replica, running, signal);
  }

  /** Ends a draft that none of the replicas confirms which answered the same post: all of them have restarted. */
  heardAll(notices: readonly ShadowNotice[], posted: ShadowReport | undefined): void {
    const isConfirmed = notices.some(({ running }) => running?.id === posted?.id);
    if (posted && posted.id === this.running?.id && notices.length > 0 && !isConfirmed)
      this.end('restarted');
  }

  /** An older draft replaces a younger one, so that all processes agree if two were started at the same time. */
  private isNews({ id }: RunningDraft): boolean {
    if (id === this.unusable || id === this.run?.id) return false;
    return this.running === undefined || id < this.running.id;
  }

  private async start(replica: string, news: RunningDraft, signal: AbortSignal): Promise<void> {
    const requestedAt = performance.now();
    const json = await fetchDraft(replica, news.id, signal);
    // Another replica may have answered earlier; this one may know of the draft without having it.
    if (json === undefined || !this.isNews(news)) return;
    const draft = this.parse(json, news);
    if (!draft) return;
    const passedMs = performance.now() - requestedAt;
    const { id, ageMs, remainingMs } = news;
    this.end('superseded');
    this.run = new ShadowRun(
      { id, draft, ageMs: ageMs + passedMs, remainingMs: remainingMs - passedMs },
      this.metrics,
    );
    this.after(remainingMs - passedMs, () => this.end('expired'));
    this.logger.info('shadow rules started', {
      shadow: id,
      revision: draft.revision,
      rules: draft.ruleNames.length,
      seconds: Math.round(remainingMs / 1000),
    });
  }

  private parse(json: string, { id, revision }: RunningDraft): Ruleset | undefined {
    try {
      const { ruleset, errors } = parseCanonicalRuleset(json);
      if (ruleset?.revision === revision) return ruleset;
      throw new Error(errors[0]?.message ?? 'its revision differs');
    } catch (error) {
      this.unusable = id;
      this.logger.warn('shadow rules cannot be used', { shadow: id, reason: errorMessage(error) });
      return undefined;
    }
  }

  private end(reason: ShadowEnd): void {
    const { running } = this;
    if (!running) return;
    running.ended = reason;
    const { reports, evaluated } = running.report();
    this.logger.info('shadow rules ended', { shadow: running.id, reason, reports, evaluated });
    this.after(postedMs, () => {
      this.run = undefined;
    });
  }

  private after(milliseconds: number, action: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(action, Math.max(0, milliseconds)).unref();
  }
}
