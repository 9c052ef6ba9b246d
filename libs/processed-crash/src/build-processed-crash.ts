import { type JsonValue, rawCrashField, type ReportField } from '#antenna/crash-report';
import { type SignatureLists, signatureOf } from '#antenna/signature';
import type { StackWalk } from '#antenna/stack-walker';

import { maxAnnotationLength } from './copied-annotations.js';
import { type ProcessedCrash, processedCrashVersion, type WalkedDump } from './processed-crash.js';
import { annotationsOf, memberAt, stringOf } from './raw-crash-fields.js';
import { signatureInputOf } from './signature-input.js';

/** The minidump of the crashed process; others are of processes that were asked for one. */
const minidumpName = 'upload_file_minidump';

/** All that a processed crash is made of. */
export interface ProcessedFrom {
  readonly crashId: string;
  readonly rawCrash: JsonValue;
  /** Names of all dumps of the crash, sorted. */
  readonly dumpNames: readonly string[];
  /** The minidumps by name, sorted. */
  readonly walked: ReadonlyMap<string, WalkedDump>;
  /** What the steps before have to say. */
  readonly notes: readonly string[];
  readonly lists: SignatureLists;
  /** Names of the annotations to copy. */
  readonly copied: readonly string[];
  readonly processor: ProcessedCrash['processor'];
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** Makes the processed crash. The same crash, walk and lists give the same one, but for its two times. */
export function buildProcessedCrash(from: ProcessedFrom): ProcessedCrash {
  const { crashId, rawCrash, walked, dumpNames, lists } = from;
  const main: WalkedDump = walked.get(minidumpName) ?? { status: 'not_there', json_dump: null };
  const walk = main.json_dump;
  const others = [...walked].filter(([name]) => name !== minidumpName);
  const signed = signatureOf(signatureInputOf(rawCrash, main, dumpNames), lists);
  const notes = [...from.notes, ...signed.notes];
  const field = (name: ReportField): string | null => textOf(rawCrashField(rawCrash, name));
  return {
    processed_crash_version: processedCrashVersion,
    uuid: crashId,
    signature: signed.signature,
    proto_signature: signed.protoSignature,
    signature_steps: signed.steps,
    product: field('product'),
    version: field('version'),
    release_channel: field('channel'),
    build: textOf(memberAt(rawCrash, 'BuildID')),
    process_type: field('process') ?? 'parent',
    os_name: walk?.system_info.os ?? null,
    os_version: walk?.system_info.os_ver ?? null,
    cpu_arch: walk?.system_info.cpu_arch ?? null,
    cpu_info: walk?.system_info.cpu_info ?? null,
    cpu_count: walk?.system_info.cpu_count ?? null,
    reason: walk?.crash_info.type ?? null,
    address: walk?.crash_info.address ?? null,
    crashing_thread: walk?.crash_info.crashing_thread ?? null,
    uptime: uptimeOf(rawCrash, walk),
    success: main.status === 'OK' || main.status === 'not_there',
    mdsw_status_string: main.status,
    minidump_sha256_hash: sha256Of(memberAt(rawCrash, 'metadata', 'dump_checksums', minidumpName)),
    annotations: copiedFrom(rawCrash, from.copied, notes),
    submitted_timestamp: textOf(memberAt(rawCrash, 'submitted_timestamp')),
    processor_notes: notes.join('\n'),
    processor: from.processor,
    started_datetime: from.startedAt.toISOString(),
    date_processed: from.finishedAt.toISOString(),
    json_dump: walk,
    additional_minidumps: others.map(([name]) => name),
    ...Object.fromEntries(others),
  };
}

function copiedFrom(
  rawCrash: JsonValue,
  names: readonly string[],
  notes: string[],
): Record<string, string> {
  const copied = annotationsOf(rawCrash, names);
  return Object.fromEntries(
    Object.entries(copied).map(([name, value = '']) => {
      if (value.length <= maxAnnotationLength) return [name, value];
      notes.push(`annotation ${name} cut to ${maxAnnotationLength} characters`);
      return [name, value.slice(0, maxAnnotationLength)];
    }),
  );
}

/** Seconds: by the client's clock, or else by the process's age in the minidump. */
function uptimeOf(rawCrash: JsonValue, walk: StackWalk | null): number | null {
  const [crashed, started, uptime] = ['CrashTime', 'StartupTime', 'UptimeTS'].map((name) =>
    secondsIn(memberAt(rawCrash, name)),
  );
  if (crashed !== undefined && started !== undefined && crashed >= started)
    return crashed - started;
  return uptime ?? walk?.process_uptime ?? null;
}

function secondsIn(value: JsonValue | undefined): number | undefined {
  const text = value === undefined ? '' : stringOf(value);
  return /^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Math.floor(Number(text)) : undefined;
}

function textOf(value: JsonValue | undefined): string | null {
  return value === undefined || value === null
    ? null
    : stringOf(value).slice(0, maxAnnotationLength);
}

function sha256Of(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : null;
}
