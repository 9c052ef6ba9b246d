import type { SignatureStep } from '#antenna/signature';
import type { StackWalk } from '#antenna/stack-walker';

/** Grows when a field changes its meaning or goes. */
export const processedCrashVersion = 1;

/**
 * What became of a minidump: walked (`OK`, as the field writes it), why it was not, or the code of the walker's error.
 * `not_there`: the crash has none; `missing`: it is listed and not stored; `too_large`: over `DUMP_MEMORY`;
 * `killed`: earlier attempts ended the processor.
 */
export const walkStatuses = [
  'OK',
  'not_there',
  'missing',
  'too_large',
  'killed',
  'unreadable',
  'memory',
  'deadline',
  'crash',
  'result_too_large',
] as const;

export type WalkStatus = (typeof walkStatuses)[number];

/** What was made of one minidump. */
export interface WalkedDump {
  readonly status: WalkStatus;
  /** Null unless the status is `OK`. */
  readonly json_dump: StackWalk | null;
}

/**
 * The object at `v1/processed_crash/<crash id>`, with the names that the field uses. A fact that is not known is null.
 * `docs/processed-crash.schema.json` describes each field.
 */
export interface ProcessedCrash {
  readonly processed_crash_version: typeof processedCrashVersion;
  readonly uuid: string;
  readonly signature: string;
  readonly proto_signature: string;
  readonly signature_steps: readonly SignatureStep[];
  readonly product: string | null;
  readonly version: string | null;
  readonly release_channel: string | null;
  readonly build: string | null;
  readonly process_type: string;
  readonly os_name: string | null;
  readonly os_version: string | null;
  readonly cpu_arch: string | null;
  readonly cpu_info: string | null;
  readonly cpu_count: number | null;
  readonly reason: string | null;
  readonly address: string | null;
  readonly crashing_thread: number | null;
  readonly uptime: number | null;
  readonly success: boolean;
  readonly mdsw_status_string: WalkStatus;
  readonly minidump_sha256_hash: string | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly submitted_timestamp: string | null;
  readonly processor_notes: string;
  readonly processor: {
    readonly version: string;
    readonly walker: string;
    readonly signature_lists: string;
  };
  readonly started_datetime: string;
  readonly date_processed: string;
  readonly json_dump: StackWalk | null;
  readonly additional_minidumps: readonly string[];
  readonly [otherDump: `upload_file_minidump_${string}`]: WalkedDump;
}
