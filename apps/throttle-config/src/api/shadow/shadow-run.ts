import {
  type RulesetDocument,
  rulesetLimits,
  type ShadowCounts,
  type ShadowEnd,
  type ShadowReport,
} from '#antenna/throttle';

import type { ShadowRunAnswer } from './shadow.dto.js';
import { shadowTotals } from './shadow-totals.js';

/** Ingest processes whose counts are kept; also those that ended during the run. */
const maxProcesses = 500;
/** Rows of the counts of all processes together. Anyone in the cluster can post some: the memory must suffice for any. */
const maxRows = 25_000;

interface ShadowRunOptions {
  readonly id: string;
  readonly revision: string;
  readonly ageMs: number;
  readonly remainingMs: number;
  /** Absent if another replica took the draft. */
  readonly ruleset?: RulesetDocument;
  /** Whether this replica has run since the start: ingest ends a draft that no replica confirms. */
  readonly confirmed: boolean;
}

/** An ingest process; several can have the same instance name, one after the other or at the same time. */
export interface ReportingProcess {
  readonly instance: string;
  readonly boot: string;
}

interface KnownProcess {
  readonly instance: string;
  readonly reportedAt: Date;
  readonly report: ShadowReport;
}

/** A draft that runs or has run in the shadow of the live rules, and the counts that ingest has posted. */
export class ShadowRun {
  readonly id: string;
  readonly revision: string;
  readonly confirmed: boolean;
  readonly endsAt: Date;
  private readonly ruleset: RulesetDocument | undefined;
  private readonly startedAt: Date;
  /** On the clock that nobody adjusts. */
  private readonly started: number;
  private readonly ends: number;
  private ended: { readonly reason: ShadowEnd; readonly at: Date } | undefined;
  private readonly processes = new Map<string, KnownProcess>();
  private rows = 0;

  constructor({ id, revision, ageMs, remainingMs, ruleset, confirmed }: ShadowRunOptions) {
    this.id = id;
    this.revision = revision;
    this.ruleset = ruleset;
    this.confirmed = confirmed;
    this.started = performance.now() - ageMs;
    this.ends = performance.now() + remainingMs;
    this.startedAt = new Date(Date.now() - ageMs);
    this.endsAt = new Date(Date.now() + remainingMs);
  }

  get isRunning(): boolean {
    return this.ended === undefined;
  }

  get ageMs(): number {
    return Math.round(performance.now() - this.started);
  }

  get remainingMs(): number {
    return Math.max(0, Math.round(this.ends - performance.now()));
  }

  end(reason: ShadowEnd): void {
    this.ended ??= { reason, at: new Date() };
  }

  /** Replaces the counts of the process. Posts can overtake each other: counts only grow. */
  add({ instance, boot }: ReportingProcess, report: ShadowReport): void {
    const key = `${instance}\n${boot}`;
    const known = this.processes.get(key);
    if (known ? known.report.reports > report.reports : this.processes.size >= maxProcesses) return;
    const rows = this.rows + rowsOf(report) - (known ? rowsOf(known.report) : 0);
    if (rows > maxRows) return;
    this.rows = rows;
    this.processes.set(key, { instance, reportedAt: new Date(), report });
  }

  answer(): ShadowRunAnswer {
    const processes = [...this.processes.values()];
    const { decided, errors, ...totals } = shadowTotals(processes.map(({ report }) => report));
    const names = this.ruleset
      ? [...this.ruleset.rules.map(({ name }) => name), 'NO_MATCH']
      : [...new Set([...decided.keys(), ...errors.keys()])].slice(0, rulesetLimits.rules + 1);
    const { id, revision, ruleset, ended } = this;
    return {
      id,
      revision,
      startedAt: this.startedAt.toISOString(),
      endsAt: this.endsAt.toISOString(),
      ...(ended && { ended: { reason: ended.reason, at: ended.at.toISOString() } }),
      ...(ruleset && { ruleset }),
      instances: processes.map(({ instance, reportedAt, report }) => ({
        instance,
        reportedAt: reportedAt.toISOString(),
        reports: report.reports,
        evaluated: report.evaluated,
      })),
      ...totals,
      rules: names.map((rule) => ({
        rule,
        decided: decided.get(rule) ?? 0,
        errors: errors.get(rule) ?? 0,
      })),
    };
  }
}

function rowsOf({ products, decided, errors }: ShadowCounts): number {
  return products.length + Object.keys(decided).length + Object.keys(errors).length;
}
