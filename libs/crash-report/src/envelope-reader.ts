import { crc32 } from 'node:zlib';
import { isDumpName } from './dump-names.js';
import { crcHex, endLine, type Envelope, EnvelopeError } from './envelope-format.js';
import { type LineFields, lineAt, parseLine, readEnvelopeHeader } from './envelope-header.js';

const newline = 0x0a;

/**
 * Reads a whole envelope and verifies it: lengths, all checksums, the end line, and that no bytes
 * follow. Payloads are views of `bytes`, not copies.
 * @throws EnvelopeError for any invalid bytes; no other error
 */
export function readEnvelope(bytes: Buffer): Envelope {
  const header = readEnvelopeHeader(bytes);
  const scan = new ItemScan(bytes);
  const dumps: Envelope['dumps'] = [];
  const names = new Set<string>();
  for (;;) {
    const position = scan.position;
    const { fields, payload, payloadCrc32 } = scan.next();
    if (fields['type'] === 'raw_crash') {
      scan.end();
      return { header, dumps, rawCrash: payload };
    }
    const { type, name } = fields;
    if (type !== 'dump') throw new EnvelopeError('unknown type of envelope item', position);
    if (typeof name !== 'string' || !isDumpName(name) || names.has(name))
      throw new EnvelopeError('the name of a dump is invalid or not unique', position);
    names.add(name);
    dumps.push({ name, bytes: payload, crc32: payloadCrc32 });
  }
}

/** Reads lines and payloads in order and computes the checksum of the lines. */
class ItemScan {
  private offset: number;
  private items = 0;
  private headersCrc32: number;

  constructor(readonly bytes: Buffer) {
    const firstLine = lineAt(bytes, 0);
    this.offset = firstLine.length;
    this.headersCrc32 = crc32(firstLine);
  }

  get position(): number {
    return this.offset;
  }

  next(): { fields: LineFields; payload: Buffer; payloadCrc32: string } {
    const line = lineAt(this.bytes, this.offset);
    const fields = parseLine(line, this.offset);
    const start = this.offset + line.length;
    const payload = this.payload(fields, start);
    const payloadCrc32 = crcHex(crc32(payload));
    if (fields['crc32'] !== payloadCrc32)
      throw new EnvelopeError('envelope item does not match its checksum', start);
    this.headersCrc32 = crc32(line, this.headersCrc32);
    this.items += 1;
    this.offset = start + payload.length + 1;
    return { fields, payload, payloadCrc32 };
  }

  /** The rest must be exactly the end line. */
  end(): void {
    const expected = endLine(this.items, this.headersCrc32);
    const rest = this.bytes.subarray(this.offset);
    if (!rest.subarray(0, expected.length).equals(expected))
      throw new EnvelopeError('envelope has no valid end line', this.offset);
    if (rest.length > expected.length)
      throw new EnvelopeError('bytes after the end of the envelope', this.offset + expected.length);
  }

  private payload(fields: LineFields, start: number): Buffer {
    const { length } = fields;
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
      throw new EnvelopeError('envelope item has no valid length', this.offset);
    const end = start + length;
    if (end >= this.bytes.length)
      throw new EnvelopeError('envelope item is cut short', this.bytes.length);
    if (this.bytes[end] !== newline)
      throw new EnvelopeError('envelope item is longer than its length', end);
    return this.bytes.subarray(start, end);
  }
}
