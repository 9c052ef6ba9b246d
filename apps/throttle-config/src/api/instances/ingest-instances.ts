import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { Metrics } from '#antenna/telemetry';

import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import { instancePattern, type IngestReport, revisionPattern } from './ingest-report.dto.js';
import { type OutcomeCounts, VerdictWindow } from './verdict-window.js';

/** An ingest instance that polled or reported in the last minutes. */
export interface IngestInstance {
  readonly instance: string;
  /** The revision that it runs; undefined if it has not reported one. */
  readonly revision: string | undefined;
  /** When it started to run that revision, as it reported. */
  readonly acceptedAt: Date | undefined;
  readonly lastSeen: Date;
}

const maxInstances = 1000;
const rememberedMs = 5 * 60_000;

/** The ingest instances that get their rules from this replica: their revisions, and the decisions of the rules. */
@Injectable()
export class IngestInstances implements OnModuleInit, OnModuleDestroy {
  private readonly known = new Map<string, IngestInstance>();
  private readonly window = new VerdictWindow(Date.now);
  private stops: (() => void)[] = [];

  constructor(
    private readonly current: CurrentRuleset,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const count = (live: boolean): number =>
      this.all().filter(({ revision }) => (revision === this.current.live.revision) === live)
        .length;
    this.stops = [
      this.metrics.observe('antenna.throttle_config.instances', () => count(true), {
        ruleset: 'live',
      }),
      this.metrics.observe('antenna.throttle_config.instances', () => count(false), {
        ruleset: 'other',
      }),
    ];
  }

  onModuleDestroy(): void {
    for (const stop of this.stops) stop();
  }

  /** Records a poll by the headers of the request. A poll without a valid instance name is not recorded. */
  polled(instance: unknown, revision: unknown): void {
    if (typeof instance !== 'string' || !instancePattern.test(instance)) return;
    const valid =
      typeof revision === 'string' && revisionPattern.test(revision) ? revision : undefined;
    const before = this.known.get(instance);
    const acceptedAt = before?.revision === valid ? before?.acceptedAt : undefined;
    this.remember({ instance, revision: valid, acceptedAt, lastSeen: new Date() });
  }

  /** Counts the decisions since the instance's last report. Rules that are not live are not counted. */
  reported({ instance, revision, acceptedAt, rules }: IngestReport): void {
    const since = acceptedAt === undefined ? undefined : new Date(acceptedAt);
    this.remember({ instance, revision, acceptedAt: since, lastSeen: new Date() });
    const live = new Set([...this.current.live.ruleset.ruleNames, 'NO_MATCH']);
    for (const [rule, counts] of Object.entries(rules))
      if (live.has(rule)) this.window.add(rule, counts);
  }

  /** Sorted by name. */
  all(): IngestInstance[] {
    this.forget();
    return [...this.known.values()].toSorted((a, b) => (a.instance < b.instance ? -1 : 1));
  }

  /** The decisions of each rule over the last minutes, by the name of the rule. */
  verdicts(): ReadonlyMap<string, OutcomeCounts> {
    return this.window.totals();
  }

  private remember(instance: IngestInstance): void {
    this.forget();
    const isFull = this.known.size >= maxInstances && !this.known.has(instance.instance);
    // Deleted first, so that the map is ordered by `lastSeen`: `forget` stops at the first recent one.
    this.known.delete(instance.instance);
    if (!isFull) this.known.set(instance.instance, instance);
  }

  private forget(): void {
    const oldest = Date.now() - rememberedMs;
    for (const [name, { lastSeen }] of this.known) {
      if (lastSeen.getTime() >= oldest) return;
      this.known.delete(name);
    }
  }
}
