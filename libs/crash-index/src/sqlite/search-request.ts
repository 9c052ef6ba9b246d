import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Groups } from '../crash-query.js';

/** What the thread is asked for. Its statements see one state of the file. */
export type SearchRequest = RowsRequest | TallyRequest;

/** The rows of each statement. */
interface RowsRequest {
  readonly kind: 'rows';
  readonly statements: readonly {
    readonly sql: string;
    readonly values: readonly SQLInputValue[];
  }[];
}

/** Counts the rows of `crash` for which a condition holds, by several columns. */
export interface TallyRequest {
  readonly kind: 'tally';
  readonly where: { readonly sql: string; readonly values: readonly SQLInputValue[] };
  readonly since: number;
  readonly fields: readonly TallyField[];
}

export interface TallyColumn {
  readonly name: string;
  readonly kind: 'term' | 'list' | 'number';
}

export interface TallyField {
  readonly by: TallyColumn;
  readonly limit: number;
  readonly buckets: number;
  /** In milliseconds. */
  readonly bucketLength: number;
  readonly within: TallyColumn | undefined;
  readonly withinLimit: number;
}

export interface Tally {
  readonly total: number;
  readonly groups: readonly Groups[];
}

export type SearchReply =
  | { readonly ok: true; readonly value: readonly SQLOutputValue[][][] | Tally }
  | {
      readonly ok: false;
      readonly message: string;
      readonly isRefused: boolean;
      readonly sqliteCode: number | undefined;
    };

export interface ThreadData {
  readonly path: string;
  readonly schemaVersion: number;
  /** That a condition may find. */
  readonly maxModules: number;
}
