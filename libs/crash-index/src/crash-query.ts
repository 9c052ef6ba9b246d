import type { FieldKind, FieldName } from './crash-fields.js';

/**
 * `before` and `after` compare times and numbers: less than, and at least. `matches` takes a regular expression that is
 * matched in linear time. `exists` takes `true` or `false`.
 */
export const operators = [
  'is',
  'is_not',
  'contains',
  'starts_with',
  'matches',
  'before',
  'after',
  'exists',
] as const;

export type Operator = (typeof operators)[number];

const ofStrings = ['is', 'is_not', 'contains', 'starts_with', 'matches', 'exists'] as const;

/** The operators that suit each kind of field. */
export const operatorsOf: Readonly<Record<FieldKind, readonly Operator[]>> = {
  keyword: ofStrings,
  keywords: ofStrings,
  number: ['is', 'is_not', 'before', 'after', 'exists'],
  time: ['before', 'after'],
};

/** Holds if any of the values fits; for `is_not`, if none is equal. `contains` and `starts_with` ignore the case. */
export interface Condition {
  readonly field: FieldName;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** The crashes of a time for which all conditions hold. */
export interface CrashQuery {
  /** Epoch milliseconds of receipt; `until` is not included. */
  readonly since: number;
  readonly until: number;
  readonly conditions: readonly Condition[];
}

/** The part of the found crashes to return. */
export interface ResultWindow {
  /** Crashes with the same value are in the order of their ids, which is random to all else: sorted by it is a sample. */
  readonly sort: { readonly field: FieldName; readonly descending: boolean };
  /** `from + size` is at most {@link maxWindow}. */
  readonly from: number;
  readonly size: number;
}

export const maxWindow = 10_000;

/** Counts the crashes of a query by the values of a field. */
export interface GroupRequest {
  readonly by: FieldName;
  /** Groups to return, the largest first, of equal size in the order of their values; at most 1,000. */
  readonly limit: number;
  /** Parts of equal length into which the time is divided, for {@link Group.buckets}; none without it. */
  readonly buckets?: number;
  /** Counts the crashes of each group by this field, too: at most ten values. */
  readonly within?: FieldName;
}

export interface Group {
  readonly value: string;
  readonly count: number;
  /** Of the counted crashes, in epoch milliseconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Crashes in each part of the time. */
  readonly buckets: readonly number[];
  readonly within: readonly { readonly value: string; readonly count: number }[];
  /** How many values the field `within` has; a close estimate where there are thousands. */
  readonly withinCount: number;
}

export interface Groups {
  readonly groups: readonly Group[];
  /** How many values there are; a close estimate where there are thousands. */
  readonly groupCount: number;
}
