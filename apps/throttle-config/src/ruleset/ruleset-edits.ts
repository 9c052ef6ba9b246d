import { Injectable, type OnModuleDestroy, type OnModuleInit, Optional } from '@nestjs/common';

import { HealthRegistry, RulesetCache } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';
import { describeProblem, type RulesetProblem } from '#antenna/throttle';

import type { AcceptedRuleset } from './accepted-ruleset.js';
import { writeCached } from './cached-ruleset.js';
import { CurrentRuleset, type EditResult } from './current-ruleset.js';
import { RulesetMetrics } from './ruleset-metrics.js';
import { type EditedObject, type RulesetSink, RulesetSource } from './ruleset-source.js';

/** At most this many errors of an edit are logged; the status API returns all of them. */
const loggedErrors = 20;

export interface Edit {
  readonly result: 'accepted' | 'refused';
  /** The ruleset that is live after the edit. */
  readonly live: AcceptedRuleset;
  /** Why the edit was refused; empty if it was accepted. */
  readonly errors: readonly RulesetProblem[];
  /** The document (YAML); undefined if the edit contains none. */
  readonly document: string | undefined;
  /** The edited object; undefined if the source is a file. */
  readonly object: EditedObject | undefined;
}

/** Applies documents of the source to the current ruleset, logs and counts the results, and notifies listeners. */
@Injectable()
export class RulesetEdits implements RulesetSink, OnModuleInit, OnModuleDestroy {
  private started = false;
  private problem: string | undefined;
  private reachedAt: Date | undefined;
  private release: string | undefined;
  private readonly gauges: RulesetMetrics;
  private readonly listeners: ((edit: Edit) => void)[] = [];

  constructor(
    private readonly current: CurrentRuleset,
    readonly source: RulesetSource,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    health: HealthRegistry,
    @Optional() private readonly cache?: RulesetCache,
  ) {
    this.gauges = new RulesetMetrics(metrics, current);
    health.addStartup('ruleset', () => this.started);
  }

  /** Why the source cannot be read; undefined while it can. */
  get sourceProblem(): string | undefined {
    return this.problem;
  }

  /** The Helm release that the rules belong to, and that would overwrite them. */
  get helmRelease(): string | undefined {
    return this.release;
  }

  /** When the source answered last. */
  get sourceReachedAt(): Date | undefined {
    return this.reachedAt;
  }

  /** Calls the listener for every edit. Providers register in their constructor, before the first edit. */
  onEdit(listener: (edit: Edit) => void): void {
    this.listeners.push(listener);
  }

  async onModuleInit(): Promise<void> {
    this.gauges.start(() => this.reachedAt);
    await this.source.start(this);
    this.started = true;
    if (this.current.live.origin !== 'source') this.logFallback();
  }

  async onModuleDestroy(): Promise<void> {
    await this.source.stop();
    this.gauges.stop();
  }

  apply(document: string, object?: EditedObject): void {
    this.release = object?.helmRelease;
    this.finish(this.current.apply(document), object, document);
  }

  refuse(errors: readonly RulesetProblem[], object?: EditedObject): void {
    this.finish(this.current.refuse(errors), object, undefined);
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
    const { revision } = this.current.live;
    this.logger.warn(`the rules cannot be read: ${problem}`, { live_revision: revision });
  }

  private finish(
    result: EditResult,
    object: EditedObject | undefined,
    document: string | undefined,
  ): void {
    if (result !== 'accepted' && result !== 'refused') return;
    const { live, refusal } = this.current;
    const edit: Edit = { result, live, errors: refusal?.errors ?? [], document, object };
    if (result === 'accepted') this.accepted(edit);
    else this.refused(edit);
    this.metrics.increment('antenna.throttle_config.edits', { result });
    for (const listener of this.listeners) this.notify(listener, edit);
  }

  /** An error of one listener must affect neither the other listeners nor the next edit. */
  private notify(listener: (edit: Edit) => void, edit: Edit): void {
    try {
      listener(edit);
    } catch (error) {
      this.logger.error('a listener failed to handle an edit', { error });
    }
  }

  private accepted({ live }: Edit): void {
    const { revision, warnings, document } = live;
    this.gauges.revisionChanged();
    const fields = { revision, source: this.source.name, rules: document.rules.length };
    this.logger.info('ruleset accepted', fields);
    for (const warning of warnings) this.logger.warn(this.located(warning), { revision });
    if (!this.cache) return;
    void writeCached(this.cache, live).catch((error: unknown) => {
      this.logger.error('the accepted ruleset cannot be cached', { error });
    });
  }

  private refused({ live, errors }: Edit): void {
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
    this.logger.error(`ruleset refused: it has ${count}; revision ${live.revision} stays live`, {
      source: this.source.name,
    });
    for (const problem of errors.slice(0, loggedErrors)) this.logger.error(this.located(problem));
  }

  private logFallback(): void {
    const { origin, revision, acceptedAt } = this.current.live;
    const which =
      origin === 'cache'
        ? `the ruleset accepted at ${acceptedAt.toISOString()}`
        : 'the bundled Mozilla ruleset';
    this.logger.error(`started without a valid ruleset: ${which} is live`, {
      origin,
      revision,
      source: this.source.name,
    });
  }

  private located(problem: RulesetProblem): string {
    return `${this.source.name}:${describeProblem(problem)}`;
  }
}
