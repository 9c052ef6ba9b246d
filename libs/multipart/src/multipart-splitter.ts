/**
 * Splits a multipart body (RFC 2046, RFC 7578) while it arrives: preamble, then headers and payload of each
 * part, then epilogue. Payload is passed on at once, as views of the chunk. From one chunk to the next it keeps
 * only a possible beginning of a delimiter, or a part's headers; both are limited.
 */
import { DelimiterScanner } from './delimiter-scanner.js';
import { MultipartError } from './multipart-error.js';
import { PartHeaderReader } from './part-header-reader.js';
import type { PartInfo } from './part-info.js';

/** Receives the parts in order: one `partBegin`, any number of `partData`, one `partEnd`. */
export interface PartHandler {
  partBegin(part: PartInfo): void;
  /**
   * `chunk` is never empty. It is a view of the bytes given to `write` (or of a small copy where two chunks
   * meet): copy it to keep it longer.
   */
  partData(chunk: Buffer): void;
  partEnd(): void;
}

interface MultipartLimits {
  readonly maxParts: number;
  /** Bytes of the header lines of one part, line ends included. */
  readonly maxPartHeaderBytes: number;
}

const nothing = Buffer.alloc(0);

/**
 * A push parser that takes linear time. Parts, bytes and errors do not depend on how the body is split into
 * chunks.
 *
 * Lines end in CRLF. Preamble and epilogue are skipped; a broken boundary line is refused. The CRLF before a delimiter belongs to the delimiter,
 * everything before it to the payload. Fenix sends an extra CRLF before the closing boundary: it stays at the
 * end of the last value, since in a dump it could be data.
 *
 * A part can contain a nested multipart body: pass the bytes of `partData` to a second splitter. After an
 * exception, also one of the handler, the splitter must not be used again.
 */
export class MultipartSplitter {
  private readonly scanner: DelimiterScanner;
  private readonly headers: PartHeaderReader;
  private state: 'preamble' | 'headers' | 'payload' | 'epilogue' = 'preamble';
  /** The next byte begins a line, so a delimiter needs no further CRLF. */
  private atLineStart = true;
  private carried: Buffer = nothing;
  private parts = 0;

  /** @param boundary without the two leading dashes */
  constructor(
    boundary: Buffer,
    private readonly handler: PartHandler,
    private readonly limits: MultipartLimits,
  ) {
    this.scanner = new DelimiterScanner(boundary);
    this.headers = new PartHeaderReader(limits.maxPartHeaderBytes);
  }

  /**
   * @throws MultipartError with reason `invalid_payload_structure` or `too_many_parts`, and errors of the
   *   handler
   */
  write(chunk: Buffer): void {
    let rest = chunk;
    if (this.carried.length > 0) {
      const head = chunk.subarray(0, this.scanner.decisiveBytes);
      const seam = Buffer.concat([this.carried, head]);
      this.carried = nothing;
      this.consume(seam);
      // Undecided bytes of the seam begin in this chunk, unless the chunk was too short to decide.
      if (this.carried.length > head.length) return;
      rest = chunk.subarray(head.length - this.carried.length);
      this.carried = nothing;
    }
    this.consume(rest);
  }

  /**
   * Passes on what is left of the payload if the closing boundary is missing, and then throws.
   * @throws MultipartError with reason `invalid_payload_structure` when the closing boundary is missing
   */
  end(): void {
    if (this.state === 'payload' && this.carried.length > 0) this.handler.partData(this.carried);
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
          : this.readContent(chunk, position);
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

  private readContent(chunk: Buffer, from: number): number {
    // A preamble with a line that begins with the boundary is none: it would hide a part.
    const longer = this.state === 'preamble' ? 'broken' : 'content';
    const delimiter =
      (this.atLineStart ? this.scanner.findAtLineStart(chunk, from, longer) : undefined) ??
      this.scanner.find(chunk, from, longer);
    if (delimiter.contentEnd > from) {
      this.atLineStart = false;
      if (this.state === 'payload')
        this.handler.partData(chunk.subarray(from, delimiter.contentEnd));
    }
    switch (delimiter.kind) {
      case 'none':
        break;
      case 'undecided':
        this.carried = Buffer.from(chunk.subarray(delimiter.contentEnd));
        break;
      case 'broken':
        throw new MultipartError('invalid_payload_structure', 'a boundary line is broken');
      case 'part':
      case 'close':
        this.startNext(delimiter.kind);
    }
    return delimiter.next;
  }

  private startNext(kind: 'part' | 'close'): void {
    if (this.state === 'payload') this.handler.partEnd();
    if (kind === 'close') {
      this.state = 'epilogue';
      return;
    }
    this.parts += 1;
    if (this.parts > this.limits.maxParts) {
      throw new MultipartError(
        'too_many_parts',
        `the body has more than ${this.limits.maxParts} parts`,
      );
    }
    this.state = 'headers';
  }
}
