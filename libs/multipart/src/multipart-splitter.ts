/**
 * Splits a multipart body (RFC 2046, RFC 7578) while it arrives. The flow: preamble, then for each part
 * headers and payload, then epilogue. Payload is handed on as it comes, as views of the chunk. Kept from
 * one chunk to the next is only what may begin a delimiter, or a part's headers; both are bounded.
 */
import { DelimiterScanner } from './delimiter-scanner.js';
import { MultipartError } from './multipart-error.js';
import { PartHeaderReader } from './part-header-reader.js';
import type { PartInfo } from './part-info.js';

/** Told of the parts in order: one `partBegin`, any number of `partData`, one `partEnd`. */
export interface PartHandler {
  partBegin(part: PartInfo): void;
  /**
   * Never empty. A view of the bytes given to `write` (of a few copied ones where two chunks meet): copy it
   * to keep it longer than those live.
   */
  partData(chunk: Buffer): void;
  partEnd(): void;
}

export interface MultipartLimits {
  readonly maxParts: number;
  /** Of the header lines of one part, with their line ends. */
  readonly maxPartHeaderBytes: number;
}

const nothing = Buffer.alloc(0);

/**
 * A push parser: the same parts, bytes and errors however the body is cut into chunks, in linear time.
 *
 * Lines end in CRLF. Preamble and epilogue are skipped and not kept. The one CRLF before a delimiter
 * belongs to the delimiter, everything before that to the payload. Fenix sends one CRLF too many before
 * the closing boundary: it stays as the tail of the last value, since in a dump it would be a dump's bytes.
 *
 * A part may hold a multipart body of its own: give the bytes that `partData` gets to a second splitter.
 * After an exception, the handler's own included, the splitter is of no further use.
 */
export class MultipartSplitter {
  private readonly scanner: DelimiterScanner;
  private readonly headers: PartHeaderReader;
  private state: 'preamble' | 'headers' | 'payload' | 'epilogue' = 'preamble';
  /** The next byte begins a line, so that a delimiter needs no CRLF of its own. */
  private atLineStart = true;
  private carried: Buffer = nothing;
  private parts = 0;

  /** @param boundary without the two dashes that precede it in the body */
  constructor(
    boundary: Buffer,
    private readonly handler: PartHandler,
    private readonly limits: MultipartLimits,
  ) {
    this.scanner = new DelimiterScanner(boundary);
    this.headers = new PartHeaderReader(limits.maxPartHeaderBytes);
  }

  /** Whether the closing boundary has come; all bytes after it are ignored. */
  get sawFinalBoundary(): boolean {
    return this.state === 'epilogue';
  }

  /**
   * @throws MultipartError with reason `invalid_payload_structure` or `too_many_parts`, and whatever the
   *   handler throws
   */
  write(chunk: Buffer): void {
    let rest = chunk;
    if (this.carried.length > 0) {
      const head = chunk.subarray(0, this.scanner.decisiveBytes);
      const seam = Buffer.concat([this.carried, head]);
      this.carried = nothing;
      this.consume(seam);
      // What the seam leaves open begins in this chunk, unless the chunk was too short to decide.
      if (this.carried.length > head.length) return;
      rest = chunk.subarray(head.length - this.carried.length);
      this.carried = nothing;
    }
    this.consume(rest);
  }

  /** @throws MultipartError with reason `invalid_payload_structure` when the closing boundary is missing */
  end(): void {
    if (this.state === 'preamble')
      throw new MultipartError('invalid_payload_structure', 'the body has no boundary');
    if (this.state !== 'epilogue')
      throw new MultipartError('invalid_payload_structure', 'the body has no closing boundary');
  }

  private consume(chunk: Buffer): void {
    let position = 0;
    while (position < chunk.length && this.state !== 'epilogue') {
      position =
        this.state === 'headers'
          ? this.readHeaders(chunk, position)
          : this.readText(chunk, position);
    }
  }

  private readHeaders(chunk: Buffer, from: number): number {
    const headers = this.headers.read(chunk, from);
    if (headers === undefined) return chunk.length;
    this.handler.partBegin(headers.part);
    this.state = 'payload';
    this.atLineStart = true;
    return headers.end;
  }

  private readText(chunk: Buffer, from: number): number {
    const delimiter =
      (this.atLineStart ? this.scanner.findAtLineStart(chunk, from) : undefined) ??
      this.scanner.find(chunk, from);
    if (delimiter.textEnd > from) {
      this.atLineStart = false;
      if (this.state === 'payload') this.handler.partData(chunk.subarray(from, delimiter.textEnd));
    }
    if (delimiter.kind === 'undecided')
      this.carried = Buffer.from(chunk.subarray(delimiter.textEnd));
    else if (delimiter.kind !== 'none') this.startNext(delimiter.kind);
    return delimiter.next;
  }

  private startNext(kind: 'part' | 'close'): void {
    if (this.state === 'payload') this.handler.partEnd();
    if (kind === 'close') {
      this.state = 'epilogue';
      return;
    }
    this.parts += 1;
    if (this.parts > this.limits.maxParts)
      throw new MultipartError('too_many_parts', `more than ${this.limits.maxParts} parts`);
    this.state = 'headers';
  }
}
