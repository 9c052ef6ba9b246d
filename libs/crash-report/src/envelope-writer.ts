import { crc32 } from 'node:zlib';
import { isDumpName } from './dump-names.js';
import {
  dumpLine,
  dumpLineBytes,
  endLine,
  type EnvelopeHeader,
  envelopeHeaderBytes,
  headerLine,
  rawCrashLine,
  reservedLine,
} from './envelope-format.js';
import { readEnvelopeHeader } from './envelope-header.js';

/**
 * Receives the bytes of an envelope. It may keep the buffers, since the writer does not modify them.
 */
export interface EnvelopeSink {
  append(bytes: Buffer): void;
  /** Replaces bytes that were appended earlier; `position` counts from the start of the envelope. */
  patch(position: number, bytes: Buffer): void;
}

interface OpenDump {
  readonly name: string;
  readonly position: number;
  length: number;
  crc32: number;
}

/** Smaller chunks of a dump are collected: a chunk of one byte would cost a hundred as a buffer of its own. */
const smallChunkBytes = 1024;
const collectedBytes = 16 * 1024;

/**
 * Writes one envelope while the report arrives. Dumps are passed on chunk by chunk, without copies of all but
 * small chunks; lengths, checksums and the crash id are patched later into lines of fixed width.
 *
 * Calls must have this order, or they throw: (`startDump`, `writeDump`…, `endDump`)…, `finish`.
 */
export class EnvelopeWriter {
  private readonly sink: EnvelopeSink;
  private readonly dumpLines: Buffer[] = [];
  private readonly names = new Set<string>();
  private bytesWritten = 0;
  private dump: OpenDump | undefined;
  private finished = false;
  /** Small chunks of the open dump that the sink does not have yet. */
  private collected: Buffer | undefined;
  private collectedLength = 0;

  constructor(sink: EnvelopeSink) {
    this.sink = sink;
    this.append(reservedLine(envelopeHeaderBytes));
  }

  /** Bytes so far. */
  get size(): number {
    return this.bytesWritten;
  }

  /** @param name from `DumpNames`, unique in the envelope */
  startDump(name: string): void {
    this.assertBetweenDumps();
    if (!isDumpName(name) || this.names.has(name))
      throw new Error(`not a new dump name: ${JSON.stringify(name.slice(0, 40))}`);
    this.names.add(name);
    this.dump = { name, position: this.bytesWritten, length: 0, crc32: 0 };
    this.append(reservedLine(dumpLineBytes));
  }

  writeDump(chunk: Buffer): void {
    const dump = this.openDump();
    if (chunk.length === 0) return;
    dump.length += chunk.length;
    dump.crc32 = crc32(chunk, dump.crc32);
    this.bytesWritten += chunk.length;
    if (chunk.length < smallChunkBytes) {
      this.collect(chunk);
    } else {
      this.passCollected();
      this.sink.append(chunk);
    }
  }

  endDump(): void {
    const dump = this.openDump();
    const line = dumpLine(dump.name, dump);
    this.passCollected();
    this.append(Buffer.from('\n'));
    this.sink.patch(dump.position, line);
    this.dumpLines.push(line);
    this.dump = undefined;
  }

  /**
   * Adds the raw crash and the end line, and then patches the first line: before that, the bytes are not
   * a valid envelope.
   * @param rawCrash its bytes in pieces, so that a large one is never in one buffer
   * @throws Error when the header is not valid
   */
  finish(header: EnvelopeHeader, rawCrash: readonly Buffer[]): void {
    this.assertBetweenDumps();
    const firstLine = validHeaderLine(header);
    const rawCrashHeader = rawCrashLine({
      length: rawCrash.reduce((sum, piece) => sum + piece.length, 0),
      crc32: rawCrash.reduce((crc, piece) => crc32(piece, crc), 0),
    });
    const lines = [firstLine, ...this.dumpLines, rawCrashHeader];
    const linesCrc32 = lines.reduce((crc, line) => crc32(line, crc), 0);
    const items = lines.length - 1;
    this.finished = true;
    this.append(rawCrashHeader);
    for (const piece of rawCrash) this.append(piece);
    this.append(Buffer.concat([Buffer.from('\n'), endLine(items, linesCrc32)]));
    this.sink.patch(0, firstLine);
  }

  private collect(chunk: Buffer): void {
    if (this.collectedLength + chunk.length > collectedBytes) this.passCollected();
    this.collected ??= Buffer.allocUnsafe(collectedBytes);
    this.collectedLength += chunk.copy(this.collected, this.collectedLength);
  }

  private passCollected(): void {
    const { collected, collectedLength } = this;
    if (collected === undefined) return;
    this.collected = undefined;
    this.collectedLength = 0;
    this.sink.append(collected.subarray(0, collectedLength));
  }

  private append(bytes: Buffer): void {
    this.sink.append(bytes);
    this.bytesWritten += bytes.length;
  }

  private openDump(): OpenDump {
    if (this.dump === undefined) throw new Error('no dump is open in this envelope');
    return this.dump;
  }

  private assertBetweenDumps(): void {
    if (this.finished) throw new Error('the envelope is finished');
    if (this.dump !== undefined) throw new Error(`dump ${this.dump.name} is still open`);
  }
}

/** Checks the line with the reader: a header that it refuses would lose an acknowledged report. */
function validHeaderLine(header: EnvelopeHeader): Buffer {
  const line = headerLine(header);
  try {
    readEnvelopeHeader(line);
  } catch (error) {
    throw new Error('not a valid envelope header', { cause: error });
  }
  return line;
}
