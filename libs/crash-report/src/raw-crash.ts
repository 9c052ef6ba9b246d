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
}): Generator<Buffer> {
  const members: Annotations = new Map(input.annotations);
  members.set('uuid', input.crashId);
  members.set('submitted_timestamp', formatSubmittedTimestamp(input.submittedAt));
  members.set('version', rawCrashVersion);
  members.set('metadata', { ...input.metadata, dump_checksums: {} });
  let json = '';
  for (const text of membersOf(members)) {
    json += text;
    if (json.length < pieceLength) continue;
    yield Buffer.from(json);
    json = '';
  }
  yield Buffer.from(json);
}

function* membersOf(members: Annotations): Generator<string> {
  let before = '{';
  for (const name of sortedByCodePoint([...members.keys()])) {
    const value = members.get(name) ?? null;
    if (isLong(name) || isLong(value)) {
      yield before;
      yield* quoted(name);
      yield ':';
      if (typeof value === 'string') yield* quoted(value);
      else yield sortedJson(value);
    } else {
      yield `${before}${JSON.stringify(name)}:${sortedJson(value)}`;
    }
    before = ',';
  }
  yield '}';
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
