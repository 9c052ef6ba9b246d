/*
 * The lines of an envelope (docs/architecture.md, "Envelope format"):
 *
 *   first line    1024 bytes, padded with spaces, patched when the report is complete
 *   dump line      128 bytes, padded with spaces, patched when the dump is complete; payload; \n
 *   raw crash line, payload, \n
 *   end line      item count and a CRC-32 over all lines above, padding and newlines included
 *
 * Each payload has a CRC-32, the end line has one over all lines, and the end line itself has only one valid
 * form: a change of any byte is detected.
 */
import type { SavedVerdict } from './crash-id.js';

export const envelopeVersion = 1;
/** Width of the first line in bytes, newline included. */
export const envelopeHeaderBytes = 1024;
/** Width of a dump's line in bytes, newline included; the longest name and length need 101. */
export const dumpLineBytes = 128;
/** Number of last bytes of a file that `endsWithEndMarker` needs. The end line has at most 67. */
export const endMarkerBytes = 128;

const endMarkerPattern = /\n\{"type":"end","items":[1-9]\d*,"headers_crc32":"[0-9a-f]{8}"\}\n$/;

/** The bytes are not a complete and intact envelope. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  readonly code = 'damaged_envelope';
  readonly retryable = false;

  /** @param position the byte at which the damage was detected */
  constructor(
    problem: string,
    readonly position: number,
  ) {
    super(`${problem} at byte ${position}`);
  }
}

/** The first line of an envelope, which crashmover needs before it reads the rest. */
export interface EnvelopeHeader {
  crashId: string;
  verdict: SavedVerdict;
  /** ISO 8601, UTC. */
  receivedAt: string;
  /** A trusted submitter chose the crash id, so that another report may have the same one. */
  idSubmitted?: true;
  /** Not a crash: ingest tests whether it can ship. crashmover deletes it. */
  probe?: true;
  /** W3C trace context of the request. */
  traceparent?: string;
  /** The writer leaves it out when the line would be too long. */
  tracestate?: string;
}

/** A whole crash report. Payloads are views of the bytes that were read. */
export interface Envelope {
  header: EnvelopeHeader;
  /** In the order in which they arrived, each with its verified CRC-32 as eight lower-case hex digits. */
  dumps: { name: string; bytes: Buffer; crc32: string }[];
  rawCrash: Buffer;
}

export interface Payload {
  readonly length: number;
  readonly crc32: number;
}

/** The first line. If it is too long, it leaves out `tracestate`, and then `traceparent`. */
export function headerLine(header: EnvelopeHeader): Buffer {
  const { crashId, verdict, receivedAt, idSubmitted, probe, traceparent, tracestate } = header;
  const fields = {
    antenna_envelope: envelopeVersion,
    crash_id: crashId,
    throttle: verdict,
    received_at: receivedAt,
    id_submitted: idSubmitted,
    probe,
  };
  return (
    padded({ ...fields, traceparent, tracestate }, envelopeHeaderBytes) ??
    padded({ ...fields, traceparent }, envelopeHeaderBytes) ??
    assertFits(padded(fields, envelopeHeaderBytes))
  );
}

export function dumpLine(name: string, { length, crc32 }: Payload): Buffer {
  const fields = { type: 'dump', name, length, crc32: crcHex(crc32) };
  return assertFits(padded(fields, dumpLineBytes));
}

export function rawCrashLine({ length, crc32 }: Payload): Buffer {
  return Buffer.from(`${JSON.stringify({ type: 'raw_crash', length, crc32: crcHex(crc32) })}\n`);
}

export function endLine(items: number, headersCrc32: number): Buffer {
  return Buffer.from(
    `${JSON.stringify({ type: 'end', items, headers_crc32: crcHex(headersCrc32) })}\n`,
  );
}

/** A blank line, patched later. A new buffer each time, since the sink may keep and patch it. */
export function reservedLine(width: number): Buffer {
  const line = Buffer.alloc(width, ' ');
  line.write('\n', width - 1);
  return line;
}

/**
 * A cheap test of whether a file was written to its end, for use after a power cut. Only `readEnvelope`
 * verifies the whole envelope.
 * @param lastBytes at least the last `endMarkerBytes` of the file
 */
export function endsWithEndMarker(lastBytes: Buffer): boolean {
  return endMarkerPattern.test(lastBytes.subarray(-endMarkerBytes).toString('latin1'));
}

/** A CRC-32 as eight lower-case hex digits. */
export function crcHex(crc32: number): string {
  return crc32.toString(16).padStart(8, '0');
}

function padded(fields: Readonly<Record<string, unknown>>, width: number): Buffer | undefined {
  const line = reservedLine(width);
  const json = JSON.stringify(fields);
  if (Buffer.byteLength(json) >= width) return undefined;
  line.write(json);
  return line;
}

function assertFits(line: Buffer | undefined): Buffer {
  if (line === undefined) throw new Error('the envelope line is longer than its width');
  return line;
}
