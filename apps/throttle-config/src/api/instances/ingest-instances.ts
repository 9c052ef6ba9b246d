import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { Metrics } from '#antenna/telemetry';

import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import {
  instancePattern,
  type IngestReport,
  isOutcome,
  revisionPattern,
} from './ingest-report.dto.js';
import type { OutcomeCounts } from './verdict-window.js';
import { VerdictWindows, type WindowCounts } from './verdict-windows.js';

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

/** The ingest instances that poll this replica or report to it: their revisions, and the decisions of the rules. */
@Injectable()
export class IngestInstances implements OnModuleInit, OnModuleDestroy {
  private readonly known = new Map<string, IngestInstance>();
  private readonly windows = new VerdictWindows(Date.now);
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
  reported(report: IngestReport): void {
    const { instance, revision, acceptedAt, boot, ageMs = 0, totals, rules = {} } = report;
    const since = acceptedAt === undefined ? undefined : new Date(acceptedAt);
    this.remember({ instance, revision, acceptedAt: since, lastSeen: new Date() });
    if (boot === undefined || totals === undefined) {
      this.windows.reportNew(instance, countsOf(rules), this.liveRules());
    } else {
      const counted = { boot, ageMs, totals: countsOf(totals) };
      this.windows.report(instance, counted, this.liveRules());
    }
  }

  /** Sorted by name. */
  all(): IngestInstance[] {
    this.forget();
    return [...this.known.values()].toSorted((a, b) => (a.instance < b.instance ? -1 : 1));
  }

  /** The decisions of the live rules over the last ten minutes, hour and day, summed over all instances. */
  verdicts(): readonly WindowCounts[] {
    return this.windows.all(this.liveRules());
  }

  private liveRules(): ReadonlySet<string> {
    return new Set([...this.current.live.ruleset.ruleNames, 'NO_MATCH']);
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

/** Without outcomes of a newer ingest, which this version does not know. */
function countsOf(rules: Record<string, OutcomeCounts>): ReadonlyMap<string, OutcomeCounts> {
  return new Map(
    Object.entries(rules).map(([rule, counts]) => [
      rule,
      Object.fromEntries(Object.entries(counts).filter(([outcome]) => isOutcome(outcome))),
    ]),
  );
}
