/**
 * What ingest and throttle-config tell each other while a draft of the rules runs in the shadow of the live ones.
 * Only counts: no annotation of a report leaves ingest.
 */
import type { Verdict } from './document/ruleset-document.js';

/** Numbers of reports by the verdict of the live rules, then by that of the draft. */
export type VerdictChanges = Partial<Record<Verdict, Partial<Record<Verdict, number>>>>;

/** CPU time of the evaluations of one ruleset, in microseconds. */
export interface EvaluationCost {
  readonly totalUs: number;
  readonly maxUs: number;
}

/** The counts of one ingest process since it learned of the draft. */
export interface ShadowCounts {
  /** Reports that the live rules decided. */
  readonly reports: number;
  /** Those that the draft decided, too; the others are left out if the draft is expensive. */
  readonly evaluated: number;
  readonly verdicts: VerdictChanges;
  /** Reports by the rule of the draft that decided; NO_MATCH if none did. */
  readonly decided: Readonly<Record<string, number>>;
  /** Failed evaluations by rule of the draft. */
  readonly errors: Readonly<Record<string, number>>;
  /** Product and channel are from closed lists, or `other` or `none`. */
  readonly products: readonly {
    readonly product: string;
    readonly channel: string;
    readonly verdicts: VerdictChanges;
  }[];
  readonly cost: { readonly live: EvaluationCost; readonly draft: EvaluationCost };
}

export const shadowEnds = ['expired', 'stopped', 'restarted', 'superseded'] as const;

/**
 * Why a draft no longer runs: its time was over, someone stopped it, every replica of throttle-config has restarted since
 * it started, or another draft had started before it.
 */
export type ShadowEnd = (typeof shadowEnds)[number];

/** What an ingest process posts to each replica of throttle-config. */
export interface ShadowReport extends ShadowCounts {
  /** Starts with the time of the start, so that the smaller id is the older one. */
  readonly id: string;
  /** Of the draft. */
  readonly revision: string;
  readonly ageMs: number;
  readonly remainingMs: number;
  /** Absent while the draft runs. */
  readonly ended?: ShadowEnd;
}

/** What a replica answers to the posts of ingest. */
export interface ShadowNotice {
  /** The draft that runs. */
  readonly running?: {
    readonly id: string;
    readonly revision: string;
    readonly ageMs: number;
    readonly remainingMs: number;
  };
  /** The draft that the post is about has ended here, for this reason. */
  readonly ended?: ShadowEnd;
}

export const shadowLimits = {
  maxMs: 60 * 60_000,
  /** Pairs of product and channel in a report; further ones are counted as `other`. */
  products: 500,
} as const;

const idPattern = /^\d{8}T\d{9}Z-[0-9a-f]{8}$/;

/** Properties of a newer throttle-config are ignored. */
export function isShadowNotice(value: unknown): value is ShadowNotice {
  if (!isObject(value)) return false;
  const { running, ended } = value;
  return (
    (ended === undefined || shadowEnds.some((end) => end === ended)) &&
    (running === undefined || (isObject(running) && isRunning(running)))
  );
}

function isRunning({ id, revision, ageMs, remainingMs }: Record<string, unknown>): boolean {
  return (
    typeof id === 'string' &&
    idPattern.test(id) &&
    typeof revision === 'string' &&
    isTime(ageMs, Number.MAX_SAFE_INTEGER) &&
    isTime(remainingMs, shadowLimits.maxMs)
  );
}

function isTime(value: unknown, max: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= max;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
