import { formatSubmittedTimestamp } from './crash-id.js';
import type { Annotations } from './json-value.js';
import { sortedJsonMembers } from './sorted-json.js';

/** What the collector records about a report, under `metadata` of the raw crash. */
interface RawCrashMetadata {
  /** Irregularities of the report. */
  collector_notes: string[];
  /** How the annotations were sent: `json` when there was an `extra` part. */
  payload: 'multipart' | 'json';
  payload_compressed: '0' | '1';
  /** Bytes on the wire, before decompression. */
  payload_size: number;
  /** Name of the rule that decided. */
  throttle_rule: string;
  user_agent: string;
}

/** Version of the raw crash format. */
const rawCrashVersion = 2;

/**
 * Serializes the raw crash (docs/architecture.md, "Stored layout"): UTF-8 JSON, keys sorted at
 * every level. `uuid`, `submitted_timestamp`, `version` and `metadata` replace annotations of the same
 * name. `metadata.dump_checksums` is empty until `withDumpChecksums` fills it.
 */
export function serializeRawCrash(input: {
  annotations: Annotations;
  crashId: string;
  submittedAt: Date;
  metadata: RawCrashMetadata;
}): Buffer {
  const members: Annotations = new Map(input.annotations);
  members.set('uuid', input.crashId);
  members.set('submitted_timestamp', formatSubmittedTimestamp(input.submittedAt));
  members.set('version', rawCrashVersion);
  members.set('metadata', { ...input.metadata, dump_checksums: {} });
  return Buffer.from(sortedJsonMembers(members));
}
