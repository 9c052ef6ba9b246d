import { isCrashId } from './crash-id.js';
import {
  EnvelopeError,
  type EnvelopeHeader,
  envelopeHeaderBytes,
  envelopeVersion,
} from './envelope-format.js';

/** Longest line that is parsed, in bytes; this also limits its nesting depth. */
const maxLineBytes = envelopeHeaderBytes;

const newline = 0x0a;
const isoTimestampPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

export type LineFields = Readonly<Record<string, unknown>>;

/** The line that begins at `start`, newline included. */
export function lineAt(bytes: Buffer, start: number): Buffer {
  const window = bytes.subarray(start, start + maxLineBytes);
  const end = window.indexOf(newline);
  if (end === -1) throw new EnvelopeError('envelope line has no end', start);
  return window.subarray(0, end + 1);
}

/** The JSON object in a line. Unknown fields are allowed, so that a newer writer can add some. */
export function parseLine(line: Buffer, position: number): LineFields {
  let value: unknown;
  try {
    value = JSON.parse(line.toString());
  } catch {
    // No cause: V8's message quotes the line, which may be part of a private payload.
    throw new EnvelopeError('envelope line is not JSON', position);
  }
  if (typeof value !== 'object' || value === null)
    throw new EnvelopeError('envelope line is not a JSON object', position);
  return value as LineFields;
}

/**
 * Reads the header from the first `envelopeHeaderBytes` of an envelope. Does not verify any checksum.
 * @throws EnvelopeError
 */
export function readEnvelopeHeader(firstBytes: Buffer): EnvelopeHeader {
  const line = lineAt(firstBytes, 0);
  if (line.length !== envelopeHeaderBytes)
    throw new EnvelopeError('envelope header ends early', line.length);
  const fields = parseLine(line, 0);
  if (fields['antenna_envelope'] !== envelopeVersion)
    throw new EnvelopeError(`not an envelope of version ${envelopeVersion}`, 0);
  const { crash_id: crashId, throttle: verdict, received_at: receivedAt } = fields;
  const { traceparent, tracestate, id_submitted: idSubmitted, probe } = fields;
  if (typeof crashId !== 'string' || !isCrashId(crashId))
    throw new EnvelopeError('envelope header has no valid crash id', 0);
  if (verdict !== 'accept' && verdict !== 'defer')
    throw new EnvelopeError('envelope header has an unknown verdict', 0);
  if (!isTimestamp(receivedAt)) throw new EnvelopeError('envelope header has no valid time', 0);
  if (!isOptionalString(traceparent) || !isOptionalString(tracestate))
    throw new EnvelopeError('envelope header has no valid trace context', 0);
  return {
    crashId,
    verdict,
    receivedAt,
    ...(idSubmitted === true ? { idSubmitted } : {}),
    ...(probe === true ? { probe } : {}),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
  };
}

function isTimestamp(value: unknown): value is string {
  return (
    typeof value === 'string' && isoTimestampPattern.test(value) && !Number.isNaN(Date.parse(value))
  );
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}
