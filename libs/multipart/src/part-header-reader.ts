import { MultipartError } from './multipart-error.js';
import { parsePartHeaders, type PartInfo } from './part-info.js';

const lineEndBytes = 2;
const blankLine = Buffer.from('\r\n\r\n');

/** The headers of a part, and the position of its first payload byte in the chunk that completed them. */
export interface PartHeaders {
  readonly part: PartInfo;
  readonly end: number;
}

/**
 * Gathers the headers of one part after another, however the chunks fall. Reading starts at the CRLF that
 * ends the boundary line, so that a part without headers is no case of its own. Bytes are copied only when
 * a chunk ends inside the headers, and then once; chunks of one byte are read in linear time.
 */
export class PartHeaderReader {
  private readonly capacity: number;
  private held = Buffer.alloc(0);
  private heldBytes = 0;

  /** @param maxBytes of the header lines of one part, their line ends included */
  constructor(maxBytes: number) {
    this.capacity = maxBytes + blankLine.length;
  }

  /**
   * @returns undefined when the headers go on in the next chunk
   * @throws MultipartError with reason `invalid_payload_structure` for broken or oversized headers
   */
  read(chunk: Buffer, from: number): PartHeaders | undefined {
    if (this.heldBytes > 0) return this.readOn(chunk, from);
    const blank = chunk.indexOf(blankLine, from);
    if (blank === -1) {
      this.append(chunk, from);
      this.refuseOver(this.heldBytes + 1);
      return undefined;
    }
    const end = blank + blankLine.length;
    this.refuseOver(end - from);
    return { part: parsePartHeaders(chunk.subarray(from + lineEndBytes, blank)), end };
  }

  private readOn(chunk: Buffer, from: number): PartHeaders | undefined {
    const earlierBytes = this.heldBytes;
    const headers = this.append(chunk, from);
    const blank = headers.indexOf(blankLine, Math.max(0, earlierBytes - blankLine.length + 1));
    if (blank === -1) {
      this.refuseOver(this.heldBytes + 1);
      return undefined;
    }
    this.heldBytes = 0;
    return {
      part: parsePartHeaders(headers.subarray(lineEndBytes, blank)),
      end: from + blank + blankLine.length - earlierBytes,
    };
  }

  private append(chunk: Buffer, from: number): Buffer {
    if (this.held.length === 0) this.held = Buffer.allocUnsafe(this.capacity);
    this.heldBytes += chunk.copy(this.held, this.heldBytes, from);
    return this.held.subarray(0, this.heldBytes);
  }

  /** @param bytes from the CRLF of the boundary line to the end of the blank line, at the least */
  private refuseOver(bytes: number): void {
    if (bytes > this.capacity)
      throw new MultipartError('invalid_payload_structure', 'the headers of a part are too large');
  }
}
