import type { SampleOutcome } from '#antenna/throttle';

import { type RuleCounts, VerdictWindow } from './verdict-window.js';

/** The decisions of the rules over a period that ends now, summed over all ingest instances. */
export interface WindowCounts {
  /** Length of the period. */
  readonly minutes: number;
  /** Counts before this time are incomplete; undefined if the whole period is known. */
  readonly since: Date | undefined;
  /** How many instances reported in the period. */
  readonly instances: number;
  readonly verdicts: RuleCounts;
}

/** What a process of ingest has counted since its start. */
export interface ReportedTotals {
  /** Identifies the process. */
  readonly boot: string;
  /** For how long the process has counted. It orders the reports. */
  readonly ageMs: number;
  readonly totals: RuleCounts;
}

/** A process of ingest, as it reported last. */
interface Source {
  readonly instance: string;
  readonly startedAt: number;
  lastSeen: number;
  ageMs: number;
  totals: RuleCounts;
  /** For each window, the time before which its counts of this process are incomplete. */
  readonly completeSince: number[];
}

const maxSources = 2000;
/** Counts of rules in all sources together: with many rules, fewer processes are remembered. */
const maxRows = 200_000;
const dayMs = 86_400_000;

/**
 * Counts the decisions of the last ten minutes, hour and day. A lost or repeated report changes no sum, because each
 * report has all decisions since the start of the process.
 */
export class VerdictWindows {
  private readonly windows = [
    new VerdictWindow(10, 10_000),
    new VerdictWindow(60, 60_000),
    new VerdictWindow(24 * 60, 15 * 60_000),
  ];
  /** By the id of the process, least recently seen first. */
  private readonly sources = new Map<string, Source>();
  private readonly startedAt: number;

  constructor(private readonly now: () => number) {
    this.startedAt = now();
  }

  /** Counts what is new since the last report of this process. Rules that are not live are not counted. */
  report(instance: string, reported: ReportedTotals, live: ReadonlySet<string>): void {
    const now = this.now();
    const { boot, ageMs } = reported;
    const source = this.seen(boot, { instance, startedAt: now - ageMs, rules: live.size });
    if (ageMs <= source.ageMs) return;
    const totals = only(live, reported.totals);
    const news = difference(totals, source.totals);
    const from = now - (ageMs - source.ageMs);
    for (const [index, window] of this.windows.entries()) {
      // Decisions of a period that began before the window cannot be placed in it.
      if (from >= window.start(now)) window.add(news, from, now);
      else source.completeSince[index] = now;
    }
    source.ageMs = ageMs;
    source.totals = totals;
  }

  /** Counts the report of an older ingest, which has only what is new, and cannot be repeated. */
  reportNew(instance: string, counts: RuleCounts, live: ReadonlySet<string>): void {
    const now = this.now();
    this.seen(`without id: ${instance}`, { instance, startedAt: now, rules: live.size });
    for (const window of this.windows) window.add(only(live, counts), now, now);
  }

  /** The shortest window first. Rules that are no longer live are omitted. */
  all(live: ReadonlySet<string>): WindowCounts[] {
    const now = this.now();
    return this.windows.map((window, index) => {
      const start = window.start(now);
      const since = this.completeSince(index);
      const reporting = [...this.sources.values()].filter(({ lastSeen }) => lastSeen >= start);
      return {
        minutes: window.minutes,
        since: since > start ? new Date(since) : undefined,
        instances: new Set(reporting.map(({ instance }) => instance)).size,
        verdicts: only(live, window.totals(now)),
      };
    });
  }

  /** Instances that ended before this replica started are unknown; an older one shows how far back it knows. */
  private completeSince(index: number): number {
    const sources = [...this.sources.values()];
    const isOlder = sources.some(({ startedAt }) => startedAt < this.startedAt);
    return sources.reduce(
      (latest, { completeSince }) => Math.max(latest, completeSince[index] ?? 0),
      isOlder ? 0 : this.startedAt,
    );
  }

  private seen(
    id: string,
    { instance, startedAt, rules }: Pick<Source, 'instance' | 'startedAt'> & { rules: number },
  ): Source {
    const now = this.now();
    const since = startedAt < this.startedAt ? startedAt : 0;
    const source = this.sources.get(id) ?? {
      instance,
      startedAt,
      lastSeen: now,
      ageMs: 0,
      totals: new Map(),
      completeSince: this.windows.map(() => since),
    };
    source.lastSeen = now;
    this.sources.delete(id);
    this.sources.set(id, source);
    const max = Math.min(maxSources, Math.floor(maxRows / rules));
    for (const [oldest, { lastSeen }] of this.sources) {
      if (this.sources.size <= max && lastSeen >= now - dayMs) break;
      this.sources.delete(oldest);
    }
    return source;
  }
}

function only(live: ReadonlySet<string>, counts: RuleCounts): RuleCounts {
  return new Map([...counts].filter(([rule]) => live.has(rule)));
}

/** A count that has become smaller was started again, because its rule was removed meanwhile. */
function difference(totals: RuleCounts, before: RuleCounts): RuleCounts {
  return new Map(
    Array.from(totals, ([rule, counts]) => {
      const old = before.get(rule) ?? {};
      const news = Object.entries(counts).map(([outcome, count]): [string, number] => {
        const counted = old[outcome as SampleOutcome] ?? 0;
        return [outcome, count >= counted ? count - counted : count];
      });
      return [rule, Object.fromEntries(news)];
    }),
  );
}
