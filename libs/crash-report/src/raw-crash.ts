import { formatSubmittedTimestamp } from './crash-id.js';
import type { Annotations, JsonValue } from './json-value.js';
import { sortedByCodePoint, sortedJson } from './sorted-json.js';

/** What the collector records about a report, under `metadata` of the raw crash. */
interface RawCrashMetadata {
  /** Irregularities of the report. */
  collector_notes: string[];
  /** Dump name to the filename that the client sent, made printable; absent when there is none. */
  dump_filenames?: Readonly<Record<string, string>>;
  /** How the annotations were sent: `json` when there was an `extra` part. */
  payload: 'multipart' | 'json';
  payload_compressed: '0' | '1';
  /** Bytes on the wire, before decompression. */
  payload_size: number;
  /** Name of the rule that decided. */
  throttle_rule: string;
  user_agent: string;
}

/** Annotations that fields of the collector replace. A `uuid` is not among them: it is the crash id, or refused. */
export const replacedAnnotations = ['metadata', 'submitted_timestamp', 'version'] as const;

/** How the note about an annotation begins that the collector replaced; the client's value can follow. */
export function replacedNote(name: string): string {
  return `annotation ${name} replaced by the collector's`;
}

/** Annotations about users, which collectors remove unless they are told others. */
export const defaultRemovedAnnotations: readonly string[] = [
  'Email',
  'TelemetryClientId',
  'TelemetryServerURL',
  'TelemetrySessionId',
];

/** Version of the raw crash format. */
const rawCrashVersion = 2;

/** Characters of a string that are escaped at once; a control character becomes six bytes. */
const pieceLength = 64 * 1024;

/**
 * Serializes the raw crash (docs/architecture.md, "Stored layout"): UTF-8 JSON, keys sorted at
 * every level. `uuid`, `submitted_timestamp`, `version` and `metadata` replace annotations of the same
 * name. `metadata.dump_checksums` is empty until `withDumpChecksums` fills it.
 *
 * Returns it piece by piece, since it can be many times as large as the report: the caller counts the bytes
 * and stops in time. A piece takes a few milliseconds, and only a JSON annotation above 64 KiB makes a larger
 * one, which is no larger than its source.
 */
export function* serializeRawCrash(input: {
  annotations: Annotations;
  crashId: string;
  submittedAt: Date;
  metadata: RawCrashMetadata;
  /** Names of annotations that are strings and need no escapes, neither in name nor value. */
  verbatim?: ReadonlySet<string>;
}): Generator<Buffer> {
  const { annotations, verbatim } = input;
  const fields: Annotations = new Map<string, JsonValue>([
    ['uuid', input.crashId],
    ['submitted_timestamp', formatSubmittedTimestamp(input.submittedAt)],
    ['version', rawCrashVersion],
    ['metadata', { ...input.metadata, dump_checksums: {} }],
  ]);
  const names = [...fields.keys()];
  for (const name of annotations.keys()) if (!fields.has(name)) names.push(name);
  let json = '';
  let before = '{';
  for (const name of sortedByCodePoint(names)) {
    const field = fields.get(name);
    const value = field ?? annotations.get(name) ?? null;
    json += before;
    before = ',';
    if (isLong(name) || isLong(value)) {
      for (const text of longMember(name, value)) {
        json += text;
        if (json.length < pieceLength) continue;
        yield Buffer.from(json);
        json = '';
      }
      continue;
    }
    json +=
      field === undefined && typeof value === 'string' && verbatim?.has(name)
        ? `"${name}":"${value}"`
        : `${JSON.stringify(name)}:${sortedJson(value)}`;
    if (json.length < pieceLength) continue;
    yield Buffer.from(json);
    json = '';
  }
  yield Buffer.from(`${json}}`);
}

function* longMember(name: string, value: JsonValue): Generator<string> {
  yield* quoted(name);
  yield ':';
  if (typeof value === 'string') yield* quoted(value);
  else yield sortedJson(value);
}

function isLong(value: JsonValue): boolean {
  return typeof value === 'string' && value.length > pieceLength;
}

/** The JSON of a string, in pieces. */
function* quoted(text: string): Generator<string> {
  yield '"';
  let start = 0;
  while (start < text.length) {
    const end = start + pieceLength;
    // A surrogate pair must stay together: JSON.stringify escapes the halves of one.
    const piece = text.slice(start, isHighSurrogate(text.charCodeAt(end - 1)) ? end + 1 : end);
    yield JSON.stringify(piece).slice(1, -1);
    start += piece.length;
  }
  yield '"';
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
