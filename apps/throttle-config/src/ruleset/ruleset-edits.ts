import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { HealthRegistry } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';
import { describeProblem, type RulesetProblem } from '#antenna/throttle';

import type { EditedObject, RulesetSink, RulesetSource } from './ruleset-source.js';
import { RULESET_CACHE, RULESET_SOURCE } from '../tokens.js';
import type { AcceptedRuleset } from './accepted-ruleset.js';
import type { RulesetCache } from './ruleset-cache.js';
import { type OfferResult, CurrentRuleset } from './current-ruleset.js';
import { RulesetMetrics } from './ruleset-metrics.js';

/** The log names at most this many errors of an edit; the status API has them all. */
const loggedErrors = 20;

/** What became of an edit. */
export interface EditOutcome {
  readonly result: 'accepted' | 'refused';
  /** The ruleset that is live after the edit. */
  readonly live: AcceptedRuleset;
  /** Why it was refused; empty when it was accepted. */
  readonly errors: readonly RulesetProblem[];
  /** Where the edit was made, where that is an object of its own. */
  readonly object: EditedObject | undefined;
}

/** Takes what the source reads, keeps the last valid ruleset live, and tells everybody what became of an edit. */
@Injectable()
export class RulesetEdits implements RulesetSink, OnModuleInit, OnModuleDestroy {
  private started = false;
  private problem: string | undefined;
  private reachedAt: Date | undefined;
  private readonly measured: RulesetMetrics;
  private readonly listeners: ((outcome: EditOutcome) => void)[] = [];

  constructor(
    readonly holder: CurrentRuleset,
    @Inject(RULESET_SOURCE) readonly source: RulesetSource,
    @Inject(RULESET_CACHE) private readonly cache: RulesetCache | undefined,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    health: HealthRegistry,
  ) {
    this.measured = new RulesetMetrics(metrics, this);
    health.addStartup('ruleset', () => this.started);
  }

  /** Why the source cannot be read at present; undefined while it can. */
  get sourceProblem(): string | undefined {
    return this.problem;
  }

  /** When the source answered last. */
  get sourceReachedAt(): Date | undefined {
    return this.reachedAt;
  }

  /** Calls the listener for every edit, from before the first one on. What it throws is logged. */
  onEdit(listener: (outcome: EditOutcome) => void): void {
    this.listeners.push(listener);
  }

  async onModuleInit(): Promise<void> {
    this.measured.begin();
    await this.source.start(this);
    this.started = true;
    if (this.holder.live.origin !== 'source') this.tellOfFallback();
  }

  async onModuleDestroy(): Promise<void> {
    await this.source.stop();
    this.measured.end();
  }

  offer(text: string, object?: EditedObject): void {
    this.told(this.holder.offer(text), object);
  }

  refuse(errors: readonly RulesetProblem[], object?: EditedObject): void {
    this.told(this.holder.refuse(errors), object);
  }

  reached(): void {
    this.reachedAt = new Date();
    if (this.problem === undefined) return;
    this.problem = undefined;
    this.logger.info('the source of the rules answers again', { source: this.source.name });
  }

  unavailable(problem: string): void {
    if (this.problem === problem) return;
    this.problem = problem;
    this.metrics.increment('antenna.throttle_config.source_failures');
    const { revision } = this.holder.live;
    this.logger.warn(`the rules cannot be read: ${problem}`, { live_revision: revision });
  }

  private told(result: OfferResult, object: EditedObject | undefined): void {
    if (result === 'accepted') this.accepted();
    if (result === 'refused') this.refused();
    if (result === 'accepted' || result === 'refused') {
      this.metrics.increment('antenna.throttle_config.edits', { result });
      const { live, refusal } = this.holder;
      const outcome = { object, result, live, errors: refusal?.errors ?? [] };
      for (const listener of this.listeners) this.tell(listener, outcome);
    }
  }

  /** The ruleset is live, or refused, whatever becomes of the news: the next listener and the next edit have theirs. */
  private tell(listener: (outcome: EditOutcome) => void, outcome: EditOutcome): void {
    try {
      listener(outcome);
    } catch (error) {
      this.logger.error('somebody could not be told of an edit', { error });
    }
  }

  private accepted(): void {
    const { live } = this.holder;
    const { revision, warnings, document } = live;
    this.measured.revisionChanged();
    const fields = { revision, source: this.source.name, rules: document.rules.length };
    this.logger.info('ruleset accepted', fields);
    for (const warning of warnings) this.logger.warn(this.place(warning), { revision });
    void this.cache?.store(live).catch((error: unknown) => {
      this.logger.error('the accepted ruleset cannot be cached', { error });
    });
  }

  private refused(): void {
    const { live, refusal } = this.holder;
    const errors = refusal?.errors ?? [];
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
    this.logger.error(`ruleset refused: it has ${count}; revision ${live.revision} stays live`, {
      source: this.source.name,
    });
    for (const problem of errors.slice(0, loggedErrors)) this.logger.error(this.place(problem));
  }

  private tellOfFallback(): void {
    const { origin, revision, acceptedAt } = this.holder.live;
    const which =
      origin === 'cache'
        ? `the one accepted at ${acceptedAt.toISOString()}`
        : 'the bundled Mozilla ruleset';
    this.logger.error(`started without a valid ruleset: ${which} is live`, {
      origin,
      revision,
      source: this.source.name,
    });
  }

  private place(problem: RulesetProblem): string {
    return `${this.source.name}:${describeProblem(problem)}`;
  }
}
