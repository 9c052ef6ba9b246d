import { memberOf } from './annotation-path.js';
import type { JsonValue } from './json-value.js';
import { replacedAnnotations, replacedNote } from './raw-crash.js';

/** What most crash clients say about the crashed program, each under names of its own. */
export type ReportField = 'product' | 'version' | 'channel' | 'process';

/**
 * The annotations that can hold a field; the first one that is not empty counts. Mozilla's names come first. The names
 * of an application come before those of its framework: Electron sends `prod=Electron` and its own version in `ver`
 * beside `_productName` and `_version`, and adds `product` and `version` if the application sets them. Breakpad,
 * Crashpad and CEF send `prod`, `ver`, `ptype` and, like Chromium, `channel`.
 */
export const reportFieldNames: Readonly<Record<ReportField, readonly string[]>> = {
  product: ['ProductName', '_productName', 'product', 'prod'],
  version: ['Version', '_version', 'version', 'ver'],
  channel: ['ReleaseChannel', 'channel'],
  process: ['ProcessType', 'process_type', 'ptype'],
};

/**
 * The value of a field, under whichever name the client sent it.
 * @param valueOf returns the annotation of a name; undefined if there is none
 */
export function reportField<Value>(
  field: ReportField,
  valueOf: (name: string) => Value | undefined,
): Value | undefined {
  for (const name of reportFieldNames[field]) {
    const value = valueOf(name);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** The value of a field of a raw crash: the same as that of its report. */
export function rawCrashField(rawCrash: JsonValue, field: ReportField): JsonValue | undefined {
  return reportField(field, (name) =>
    replacedNames.has(name) ? replacedValue(rawCrash, name) : memberOf(rawCrash, name),
  );
}

const replacedNames: ReadonlySet<string> = new Set(replacedAnnotations);

/** The client's value of an annotation that the collector replaced: only a note still has it. */
function replacedValue(rawCrash: JsonValue, name: string): string | undefined {
  const metadata = memberOf(rawCrash, 'metadata');
  const notes = metadata === undefined ? undefined : memberOf(metadata, 'collector_notes');
  if (!Array.isArray(notes)) return undefined;
  const start = `${replacedNote(name)}: `;
  const note = notes.find((text) => typeof text === 'string' && text.startsWith(start));
  return typeof note === 'string' ? note.slice(start.length) : undefined;
}
