import { isCrashId, type SavedVerdict } from './crash-id.js';
import { isJsonObject, type JsonValue } from './json-value.js';
import { JsonError, parseJson } from './parse-json.js';
import { stagedBatchKey, stagedEnvelopeKey, submissionOf } from './stored-layout.js';

/** The message from ingest to crashmover about one staged object (docs/architecture.md, "Messages"). */
export interface IntakeMessage {
  /** A `stagedEnvelopeKey` of the one crash, or the `stagedBatchKey` of all. */
  key: string;
  /** Bytes of the object. */
  size: number;
  /** At least one and at most {@link maxBatchCrashes}, in the order of their envelopes in the object. */
  crashes: readonly AnnouncedCrash[];
  /** If the object is missing, nothing is lost. Only the envelope decides whether it is a probe. */
  probe?: true;
}

/** One crash of a staged object. */
export interface AnnouncedCrash {
  crashId: string;
  /** Byte of the object at which the envelope starts. */
  offset: number;
  /** Bytes of the envelope. */
  size: number;
  verdict: SavedVerdict;
  /** W3C trace context of the crash in a batch; empty for an envelope alone, whose message carries it. */
  trace: TraceContext;
}

type TraceContext = { traceparent?: string; tracestate?: string };

/** Most crashes of one staged object. Their message is at most a tenth of SQS's limit. */
export const maxBatchCrashes = 64;

/**
 * The body is not a valid intake message, which no retry changes, or one of a later version (`unknown_version`), which
 * a newer crashmover understands.
 */
export class IntakeMessageError extends Error {
  override readonly name = 'IntakeMessageError';
  readonly retryable: boolean;

  constructor(
    message: string,
    readonly code: 'invalid_message' | 'unknown_version' = 'invalid_message',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.retryable = code === 'unknown_version';
  }
}

const newestVersion = 2;
/** The list of crashes has objects of strings; the limit leaves room for new fields. */
const maxDepth = 4;

/** The message about an envelope that is staged alone. */
export function singleCrashMessage(
  crash: Pick<AnnouncedCrash, 'crashId' | 'size' | 'verdict'> & { key: string },
): IntakeMessage {
  const { crashId, key, size, verdict } = crash;
  return { key, size, crashes: [{ crashId, offset: 0, size, verdict, trace: {} }] };
}

/** Version 1 for an envelope alone, which older crashmovers understand too; version 2 for a batch. */
export function serializeIntakeMessage({ key, size, crashes, probe }: IntakeMessage): string {
  const [first] = crashes;
  if (crashes.length === 1 && first && isEnvelopeKey(key, first.crashId)) {
    const { crashId, verdict } = first;
    return JSON.stringify({ v: 1, crash_id: crashId, key, size, throttle: verdict, probe });
  }
  return JSON.stringify({
    v: 2,
    key,
    size,
    crashes: crashes.map((crash) => ({
      crash_id: crash.crashId,
      offset: crash.offset,
      size: crash.size,
      throttle: crash.verdict,
      ...crash.trace,
    })),
  });
}

/**
 * Reads an untrusted message. The key must match the crash ids, because the object under that key is read
 * and then deleted. Unknown fields are allowed, so that a newer ingest can add some.
 * @throws IntakeMessageError
 */
export function parseIntakeMessage(body: string): IntakeMessage {
  const fields = parseFields(body);
  const { v: version } = fields;
  if (version === 1) return parseSingle(fields);
  if (version === 2) return parseBatch(fields);
  if (typeof version === 'number' && Number.isSafeInteger(version) && version > newestVersion) {
    throw new IntakeMessageError(
      `intake message is of version ${version}; the newest known one is ${newestVersion}`,
      'unknown_version',
    );
  }
  throw new IntakeMessageError('intake message has no valid version');
}

function parseSingle(fields: Fields): IntakeMessage {
  const { key, probe } = fields;
  const { crashId, size, verdict } = parseCrash(fields);
  if (typeof key !== 'string' || !isEnvelopeKey(key, crashId))
    throw new IntakeMessageError(`intake message for ${crashId} has a key that does not match`);
  const message = singleCrashMessage({ crashId, key, size, verdict });
  return probe === true ? { ...message, probe } : message;
}

function parseBatch({ key, size, crashes: list }: Fields): IntakeMessage {
  if (!Array.isArray(list) || list.length === 0 || list.length > maxBatchCrashes)
    throw new IntakeMessageError(`intake message does not have 1 to ${maxBatchCrashes} crashes`);
  let end = 0;
  const crashes = list.map((item): AnnouncedCrash => {
    const crash = parseBatched(item);
    if (crash.offset !== end) {
      throw new IntakeMessageError(
        `intake message has ${crash.crashId} at byte ${crash.offset} instead of ${end}`,
      );
    }
    end += crash.size;
    return crash;
  });
  if (size !== end)
    throw new IntakeMessageError(`intake message has a size other than ${end} of its crashes`);
  const ids = crashes.map(({ crashId }) => crashId);
  if (new Set(ids).size < ids.length)
    throw new IntakeMessageError('intake message has a crash id twice');
  if (key !== stagedBatchKey(ids))
    throw new IntakeMessageError('intake message has a key that does not match its crash ids');
  return { key, size: end, crashes };
}

function parseBatched(item: JsonValue): AnnouncedCrash {
  if (!isJsonObject(item))
    throw new IntakeMessageError('intake message has a crash that is not a JSON object');
  const crash = parseCrash(item);
  const { offset, traceparent, tracestate } = item;
  if (!isByteCount(offset))
    throw new IntakeMessageError(`intake message for ${crash.crashId} has no valid offset`);
  if (!isOptionalString(traceparent) || !isOptionalString(tracestate))
    throw new IntakeMessageError(`intake message for ${crash.crashId} has no valid trace context`);
  const trace = {
    ...(traceparent !== undefined && { traceparent }),
    ...(tracestate !== undefined && { tracestate }),
  };
  return { ...crash, offset, trace };
}

/** The fields that both versions have. */
function parseCrash(fields: Fields): Pick<AnnouncedCrash, 'crashId' | 'size' | 'verdict'> {
  const { crash_id: crashId, size, throttle: verdict } = fields;
  if (typeof crashId !== 'string' || !isCrashId(crashId))
    throw new IntakeMessageError('intake message has no valid crash id');
  if (!isByteCount(size))
    throw new IntakeMessageError(`intake message for ${crashId} has no valid size`);
  if (verdict !== 'accept' && verdict !== 'defer')
    throw new IntakeMessageError(`intake message for ${crashId} has an unknown verdict`);
  return { crashId, size, verdict };
}

function isEnvelopeKey(key: string, crashId: string): boolean {
  return key === stagedEnvelopeKey(crashId, submissionOf(key));
}

function isByteCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isOptionalString(value: JsonValue | undefined): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

type Fields = { [key: string]: JsonValue };

function parseFields(body: string): Fields {
  let value: JsonValue;
  try {
    value = parseJson(body, { maxDepth });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const options = { cause: error };
    throw new IntakeMessageError('intake message is not JSON', 'invalid_message', options);
  }
  if (!isJsonObject(value)) throw new IntakeMessageError('intake message is not a JSON object');
  return value;
}
