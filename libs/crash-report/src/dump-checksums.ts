/*
 * Crashmover knows the checksums of the dumps only after the raw crash was written. It inserts them into the
 * bytes: parsing and serializing the whole JSON again could change what the client sent. This is safe in
 * UTF-8, in which no byte of a multi-byte character equals a quote, a brace or a comma.
 */
import { JsonError } from './parse-json.js';
import { sortedJson } from './sorted-json.js';

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Returns the raw crash with `metadata.dump_checksums` set; all other bytes stay the same.
 * @param rawCrash what `serializeRawCrash` returned
 * @param checksums dump name to hex digest. A dump can be named `__proto__`: create the record with
 *   `Object.fromEntries`, not by assignment.
 * @throws JsonError when the bytes have no `metadata.dump_checksums`
 */
export function withDumpChecksums(
  rawCrash: Buffer,
  checksums: Readonly<Record<string, string>>,
): Buffer {
  const metadata = memberValue(rawCrash, 0, 'metadata');
  const old = memberValue(rawCrash, metadata.start, 'dump_checksums');
  return Buffer.concat([
    rawCrash.subarray(0, old.start),
    Buffer.from(sortedJson({ ...checksums })),
    rawCrash.subarray(old.end),
  ]);
}

/** The position of a member's value in the object that begins at `start`. */
function memberValue(bytes: Buffer, start: number, name: string): Span {
  let at = start;
  let separator = openBrace;
  while (bytes[at] === separator && bytes[at + 1] === quote) {
    const nameEnd = endOfString(bytes, at + 1);
    if (bytes[nameEnd] !== colon) break;
    const valueEnd = endOfValue(bytes, nameEnd + 1);
    if (bytes.toString('latin1', at + 2, nameEnd - 1) === name)
      return { start: nameEnd + 1, end: valueEnd };
    at = valueEnd;
    separator = comma;
  }
  throw new JsonError(`raw crash has no ${name}, or is damaged at byte ${at}`);
}

/** The index after the value that begins at `start`. */
function endOfValue(bytes: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (depth === 0 && (byte === comma || byte === closeBrace || byte === closeBracket)) break;
    if (byte === quote) {
      at = endOfString(bytes, at);
      continue;
    }
    if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    at += 1;
  }
  return at;
}

/** The index after the quote that closes the string which opens at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at + 1;
}
