import { MultipartError } from './multipart-error.js';
import { parsePartHeaders, type PartInfo } from './part-info.js';

const lineEndBytes = 2;
const blankLine = Buffer.from('\r\n\r\n');

/** The headers of a part, and the position of its first payload byte in the last chunk. */
interface PartHeaders {
  readonly part: PartInfo;
  readonly end: number;
}

/**
 * Collects the headers of each part across chunks. Reading starts at the CRLF that ends the boundary line, so
 * that a part without headers is not a special case. Bytes are copied only when a chunk ends inside the
 * headers, and only once, so that chunks of one byte take linear time.
 */
export class PartHeaderReader {
  private readonly capacity: number;
  private held = Buffer.alloc(0);
  private heldBytes = 0;

  /** @param maxBytes limit for the header lines of one part, line ends included */
  constructor(maxBytes: number) {
    this.capacity = maxBytes + blankLine.length;
  }

  /**
   * @returns undefined when the headers continue in the next chunk
   * @throws MultipartError with reason `invalid_payload_structure` for invalid or oversized headers
   */
  read(chunk: Buffer, from: number): PartHeaders | undefined {
    if (this.heldBytes > 0) return this.continueReading(chunk, from);
    const blank = chunk.indexOf(blankLine, from);
    if (blank === -1) {
      this.append(chunk, from);
      this.assertSize(this.heldBytes + 1);
      return undefined;
    }
    const end = blank + blankLine.length;
    this.assertSize(end - from);
    return { part: parsePartHeaders(chunk.subarray(from + lineEndBytes, blank)), end };
  }

  private continueReading(chunk: Buffer, from: number): PartHeaders | undefined {
    const earlierBytes = this.heldBytes;
    const headers = this.append(chunk, from);
    const blank = headers.indexOf(blankLine, Math.max(0, earlierBytes - blankLine.length + 1));
    if (blank === -1) {
      this.assertSize(this.heldBytes + 1);
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

  /** @param bytes least number of bytes from the CRLF of the boundary line to the end of the blank line */
  private assertSize(bytes: number): void {
    if (bytes > this.capacity)
      throw new MultipartError('invalid_payload_structure', 'the headers of a part are too large');
  }
}
