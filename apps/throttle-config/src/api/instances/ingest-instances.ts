import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { Metrics } from '#antenna/telemetry';

import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import type { IngestReport } from './ingest-report.dto.js';
import { instancePattern, revisionPattern } from './ingest-report-patterns.js';
import { type OutcomeCounts, VerdictWindow } from './verdict-window.js';

/** An ingest process that was heard of in the last minutes. */
export interface IngestInstance {
  readonly instance: string;
  /** The ruleset that it runs; undefined when it has not said. */
  readonly revision: string | undefined;
  /** Since when it runs that ruleset, as it says. */
  readonly acceptedAt: Date | undefined;
  readonly lastSeen: Date;
}

const maxMembers = 1000;
const rememberedMs = 5 * 60_000;

/** What this process knows of the ingest processes that ask it for rules: which revision each runs, and what rules decide. */
@Injectable()
export class IngestInstances implements OnModuleInit, OnModuleDestroy {
  private readonly known = new Map<string, IngestInstance>();
  private readonly window = new VerdictWindow(Date.now);
  private endings: (() => void)[] = [];

  constructor(
    private readonly holder: CurrentRuleset,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const count = (live: boolean): number =>
      this.members().filter(({ revision }) => (revision === this.holder.live.revision) === live)
        .length;
    this.endings = [
      this.metrics.observe('antenna.throttle_config.instances', () => count(true), {
        ruleset: 'live',
      }),
      this.metrics.observe('antenna.throttle_config.instances', () => count(false), {
        ruleset: 'other',
      }),
    ];
  }

  onModuleDestroy(): void {
    for (const end of this.endings) end();
  }

  /** Notes who polls, by the request's headers; one that says nothing useful is served and not noted. */
  polled(instance: unknown, revision: unknown): void {
    if (typeof instance !== 'string' || !instancePattern.test(instance)) return;
    const said =
      typeof revision === 'string' && revisionPattern.test(revision) ? revision : undefined;
    const before = this.known.get(instance);
    const acceptedAt = before?.revision === said ? before?.acceptedAt : undefined;
    this.remember({ instance, revision: said, acceptedAt, lastSeen: new Date() });
  }

  /** Counts what the rules decided since the process's last report; rules that are not live any more are left out. */
  reported({ instance, revision, acceptedAt, rules }: IngestReport): void {
    const since = acceptedAt === undefined ? undefined : new Date(acceptedAt);
    this.remember({ instance, revision, acceptedAt: since, lastSeen: new Date() });
    const live = new Set([...this.holder.live.compiled.ruleNames, 'NO_MATCH']);
    for (const [rule, counts] of Object.entries(rules))
      if (live.has(rule)) this.window.add(rule, counts);
  }

  /** By name. */
  members(): IngestInstance[] {
    this.forget();
    return [...this.known.values()].toSorted((a, b) => (a.instance < b.instance ? -1 : 1));
  }

  /** What each rule decided over the last minutes, by the rule's name. */
  verdicts(): ReadonlyMap<string, OutcomeCounts> {
    return this.window.totals();
  }

  private remember(member: IngestInstance): void {
    this.forget();
    const full = this.known.size >= maxMembers && !this.known.has(member.instance);
    // Set anew at the end: the map is in the order of the last word, so that forgetting stops at the first recent one.
    this.known.delete(member.instance);
    if (!full) this.known.set(member.instance, member);
  }

  private forget(): void {
    const oldest = Date.now() - rememberedMs;
    for (const [name, { lastSeen }] of this.known) {
      if (lastSeen.getTime() >= oldest) return;
      this.known.delete(name);
    }
  }
}
