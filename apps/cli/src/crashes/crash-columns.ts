import type { IndexedFacts } from '#antenna/crash-index';
import {
  crashIdVerdict,
  isCrashId,
  type JsonValue,
  parseAnnotationPath,
  valueAt,
} from '#antenna/crash-report';
import { annotationPath } from '../option-values.js';
import { comparedValues } from './crash-filter.js';
import type { ExaminedCrash } from './examined-crashes.js';

/** A column of `antenna crashes ls`. */
export interface CrashColumn {
  readonly name: string;
  readonly reads: 'listing' | 'rawCrash' | 'processed';
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

const submittedPath = parseAnnotationPath('submitted_timestamp');

/** Columns that need the raw crash. */
const inRawCrash: Readonly<Record<string, (rawCrash: JsonValue) => JsonValue | undefined>> = {
  submitted: (rawCrash) => valueAt(rawCrash, submittedPath),
  ...comparedValues,
};

/** Columns that need the processed crash, or an index. */
const inProcessed: Readonly<Record<string, (crash: IndexedFacts) => JsonValue | null>> = {
  signature: ({ signature }) => signature,
  reason: ({ reason }) => reason,
};

/** Describes the values of `--columns`. */
export const columnNames = [listed, inRawCrash, inProcessed]
  .flatMap((columns) => Object.keys(columns))
  .join(', ');

/** `id,product,URL`: known columns, annotations, or values in them as `NAME#/json/pointer`. */
export function crashColumns(list: string): readonly CrashColumn[] {
  return list.split(',').map((name) => {
    const valueOf = Object.hasOwn(listed, name) ? listed[name] : undefined;
    if (valueOf) return { name, reads: 'listing', valueOf };
    const ofProcessed = Object.hasOwn(inProcessed, name) ? inProcessed[name] : undefined;
    if (ofProcessed) {
      return {
        name,
        reads: 'processed',
        valueOf: ({ processed }) => (processed && ofProcessed(processed)) ?? undefined,
      };
    }
    const path = annotationPath(name);
    const inRaw = Object.hasOwn(inRawCrash, name) ? inRawCrash[name] : undefined;
    const find = inRaw ?? ((rawCrash: JsonValue) => valueAt(rawCrash, path));
    return {
      name,
      reads: 'rawCrash',
      valueOf: ({ rawCrash }) => (rawCrash === undefined ? undefined : find(rawCrash)),
    };
  });
}
