/*
 * The lines of an envelope (docs/architecture.md, "Envelope format"):
 *
 *   first line    1024 bytes, padded with spaces, patched when the report is complete
 *   dump line      128 bytes, padded with spaces, patched when the dump is complete; payload; \n
 *   raw crash line, payload, \n
 *   end line      item count and a CRC-32 over all lines above, padding and newlines included
 *
 * Payloads have a CRC-32 each, lines have the one in the end line, and the end line has only one valid
 * spelling: no byte of an envelope can change unseen.
 */
import type { SavedVerdict } from './crash-id.js';

export const envelopeVersion = 1;
/** Width of the first line in bytes, newline included. */
export const envelopeHeaderBytes = 1024;
/** Width of a dump's line in bytes, newline included; the longest name and length fill 101 of them. */
export const dumpLineBytes = 128;
/** What to read of a file's tail for `endsWithEndMarker`, in bytes. The end line is at most 67 long. */
export const endMarkerBytes = 128;

const endMarkerPattern = /\n\{"type":"end","items":[1-9]\d*,"headers_crc32":"[0-9a-f]{8}"\}\n$/;

/** The bytes are not a whole envelope: cut short, altered, or something else altogether. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  readonly code = 'damaged_envelope';
  readonly retryable = false;

  /** @param position the byte at which the damage shows */
  constructor(
    problem: string,
    readonly position: number,
  ) {
    super(`${problem} at byte ${position}`);
  }
}

/** What crashmover must know of a report before it looks inside. */
export interface EnvelopeHeader {
  crashId: string;
  verdict: SavedVerdict;
  /** ISO 8601, UTC. */
  receivedAt: string;
  /** W3C trace context of the request. */
  traceparent?: string;
  /** Left out by the writer when it does not fit. */
  tracestate?: string;
}

/** A crash report in one piece. Payloads are views of the bytes that were read. */
export interface Envelope {
  header: EnvelopeHeader;
  /** In the order in which they arrived. */
  dumps: { name: string; bytes: Buffer }[];
  rawCrash: Buffer;
}

export interface Payload {
  readonly length: number;
  readonly crc32: number;
}

/** The first line. Trace context is dropped, `tracestate` before `traceparent`, rather than the report. */
export function headerLine(header: EnvelopeHeader): Buffer {
  const { crashId, verdict, receivedAt, traceparent, tracestate } = header;
  const fields = {
    antenna_envelope: envelopeVersion,
    crash_id: crashId,
    throttle: verdict,
    received_at: receivedAt,
  };
  return (
    padded({ ...fields, traceparent, tracestate }, envelopeHeaderBytes) ??
    padded({ ...fields, traceparent }, envelopeHeaderBytes) ??
    fitting(padded(fields, envelopeHeaderBytes))
  );
}

export function dumpLine(name: string, { length, crc32 }: Payload): Buffer {
  const fields = { type: 'dump', name, length, crc32: crcHex(crc32) };
  return fitting(padded(fields, dumpLineBytes));
}

export function rawCrashLine({ length, crc32 }: Payload): Buffer {
  return Buffer.from(`${JSON.stringify({ type: 'raw_crash', length, crc32: crcHex(crc32) })}\n`);
}

export function endLine(items: number, headersCrc32: number): Buffer {
  return Buffer.from(
    `${JSON.stringify({ type: 'end', items, headers_crc32: crcHex(headersCrc32) })}\n`,
  );
}

/** A line of which nothing is known yet. New each time: the sink may keep it and patch it in place. */
export function reservedLine(width: number): Buffer {
  const line = Buffer.alloc(width, ' ');
  line.write('\n', width - 1);
  return line;
}

/**
 * A cheap test, after a power cut, of whether a file was written to its end. Only `readEnvelope`
 * proves that it is whole.
 * @param lastBytes at least the last `endMarkerBytes` of the file
 */
export function endsWithEndMarker(lastBytes: Buffer): boolean {
  return endMarkerPattern.test(lastBytes.subarray(-endMarkerBytes).toString('latin1'));
}

/** A CRC-32 as it is written: eight lower-case hex digits. */
export function crcHex(crc32: number): string {
  return crc32.toString(16).padStart(8, '0');
}

function padded(fields: Readonly<Record<string, unknown>>, width: number): Buffer | undefined {
  const line = reservedLine(width);
  const text = JSON.stringify(fields);
  if (Buffer.byteLength(text) >= width) return undefined;
  line.write(text);
  return line;
}

function fitting(line: Buffer | undefined): Buffer {
  if (line === undefined) throw new Error('envelope line exceeds its width');
  return line;
}
