import { isCrashId, type SavedVerdict } from './crash-id.js';
import { isJsonObject, type JsonValue } from './json-value.js';
import { JsonError, parseJson } from './parse-json.js';
import { stagedEnvelopeKey, submissionOf } from './stored-layout.js';

/** The message from ingest to crashmover about a staged envelope (docs/architecture.md, "Messages"). */
export interface IntakeMessage {
  crashId: string;
  /** A `stagedEnvelopeKey` of the crash id. */
  key: string;
  /** Bytes of the envelope. */
  size: number;
  verdict: SavedVerdict;
}

/** The body is not a valid intake message; a retry cannot help. */
export class IntakeMessageError extends Error {
  override readonly name = 'IntakeMessageError';
  readonly code = 'invalid_message';
  readonly retryable = false;
}

const messageVersion = 1;
/** A message is flat; the limit leaves room for new fields. */
const maxDepth = 4;

export function serializeIntakeMessage(message: IntakeMessage): string {
  return JSON.stringify({
    v: messageVersion,
    crash_id: message.crashId,
    key: message.key,
    size: message.size,
    throttle: message.verdict,
  });
}

/**
 * Reads an untrusted message. The key must match the crash id, because the object under that key is read
 * and then deleted. Unknown fields are allowed, so that a newer ingest can add some.
 * @throws IntakeMessageError
 */
export function parseIntakeMessage(body: string): IntakeMessage {
  const fields = parseFields(body);
  if (fields['v'] !== messageVersion)
    throw new IntakeMessageError(`intake message is not of version ${messageVersion}`);
  const { crash_id: crashId, key, size, throttle: verdict } = fields;
  if (typeof crashId !== 'string' || !isCrashId(crashId))
    throw new IntakeMessageError('intake message has no valid crash id');
  if (typeof key !== 'string' || key !== stagedEnvelopeKey(crashId, submissionOf(key)))
    throw new IntakeMessageError(`intake message for ${crashId} has a key that does not match`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new IntakeMessageError(`intake message for ${crashId} has no valid size`);
  if (verdict !== 'accept' && verdict !== 'defer')
    throw new IntakeMessageError(`intake message for ${crashId} has an unknown verdict`);
  return { crashId, key, size, verdict };
}

function parseFields(body: string): { [key: string]: JsonValue } {
  let value: JsonValue;
  try {
    value = parseJson(body, { maxDepth });
  } catch (error) {
    if (error instanceof JsonError)
      throw new IntakeMessageError('intake message is not JSON', { cause: error });
    throw error;
  }
  if (!isJsonObject(value)) throw new IntakeMessageError('intake message is not a JSON object');
  return value;
}
