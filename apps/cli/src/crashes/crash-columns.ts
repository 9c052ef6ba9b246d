import {
  crashIdVerdict,
  isCrashId,
  type JsonValue,
  parseAnnotationPath,
  valueAt,
} from '#antenna/crash-report';
import { annotationPath } from '../option-values.js';
import type { ExaminedCrash } from './examined-crashes.js';

/** A column of `antenna crashes ls`. */
export interface CrashColumn {
  readonly name: string;
  readonly readsRawCrash: boolean;
  /** Undefined when the crash has none. */
  readonly valueOf: (crash: ExaminedCrash) => JsonValue | undefined;
}

/** Columns that the listing has. */
const listed: Readonly<Record<string, (crash: ExaminedCrash) => JsonValue | undefined>> = {
  id: ({ crashId }) => crashId,
  stored: ({ storedAt }) => storedAt.toISOString(),
  size: ({ size }) => size,
  verdict: ({ crashId }) => (isCrashId(crashId) ? crashIdVerdict(crashId) : undefined),
};

const inRawCrash: Readonly<Record<string, string>> = {
  submitted: 'submitted_timestamp',
  product: 'ProductName',
  version: 'Version',
  channel: 'ReleaseChannel',
  rule: 'metadata#/throttle_rule',
};

/** Describes the values of `--columns`. */
export const columnNames = [...Object.keys(listed), ...Object.keys(inRawCrash)].join(', ');

/** `id,product,URL`: known columns, annotations, or values in them as `NAME#/json/pointer`. */
export function crashColumns(list: string): readonly CrashColumn[] {
  return list.split(',').map((name) => {
    const valueOf = Object.hasOwn(listed, name) ? listed[name] : undefined;
    if (valueOf) return { name, readsRawCrash: false, valueOf };
    const source = Object.hasOwn(inRawCrash, name) ? inRawCrash[name] : undefined;
    const path = source === undefined ? annotationPath(name) : parseAnnotationPath(source);
    return {
      name,
      readsRawCrash: true,
      valueOf: ({ rawCrash }) => (rawCrash === undefined ? undefined : valueAt(rawCrash, path)),
    };
  });
}
