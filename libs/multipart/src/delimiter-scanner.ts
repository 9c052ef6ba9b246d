const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const dash = 0x2d;
const space = 0x20;
const tab = 0x09;
const lineEndBytes = 2;

/** RFC 2046 allows any amount of white space after the boundary; this limit bounds the memory. */
const maxPaddingBytes = 64;

/**
 * The content of a chunk from a given position: content up to `contentEnd`, followed by a boundary line before
 * a part (`next` is the position of the CRLF that ends it), the closing boundary (`next` is the position after
 * it), possibly the beginning of either (`undecided`), or the end of the chunk.
 */
interface Delimiter {
  readonly kind: 'part' | 'close' | 'undecided' | 'none';
  readonly contentEnd: number;
  readonly next: number;
}

/**
 * Finds `CRLF "--" boundary` in a chunk. RFC 2046 lets a receiver accept every line that begins with the
 * boundary. This scanner accepts only a line that ends after the boundary or continues with `--`, so that the
 * boundary `b` does not split a payload that contains a line `--b2`.
 */
export class DelimiterScanner {
  /** Length of the longest delimiter: with this many bytes, a delimiter at the first byte is decided. */
  readonly decisiveBytes: number;
  private readonly delimiter: Buffer;

  constructor(boundary: Buffer) {
    this.delimiter = Buffer.concat([Buffer.from('\r\n--'), boundary]);
    this.decisiveBytes = this.delimiter.length + maxPaddingBytes + lineEndBytes;
  }

  /** The first delimiter whose CRLF is at or after `from`. */
  find(chunk: Buffer, from: number): Delimiter {
    let at = chunk.indexOf(this.delimiter, from);
    while (at !== -1) {
      const found = this.classify(chunk, at, at + this.delimiter.length);
      if (found !== undefined) return found;
      at = chunk.indexOf(this.delimiter, at + 1);
    }
    const contentEnd = this.unfinishedDelimiter(chunk, from);
    return {
      kind: contentEnd < chunk.length ? 'undecided' : 'none',
      contentEnd,
      next: chunk.length,
    };
  }

  /**
   * The delimiter at `from` whose CRLF comes before `from`: a body can begin with a delimiter, and so can a
   * payload, after the blank line that ends the headers (RFC 2046: `body-part` without a body).
   */
  findAtLineStart(chunk: Buffer, from: number): Delimiter | undefined {
    const end = Math.min(chunk.length, from + this.delimiter.length - lineEndBytes);
    const delimiterEnd = lineEndBytes + end - from;
    const differs = chunk.compare(this.delimiter, lineEndBytes, delimiterEnd, from, end) !== 0;
    if (differs) return undefined;
    if (delimiterEnd < this.delimiter.length)
      return { kind: 'undecided', contentEnd: from, next: chunk.length };
    return this.classify(chunk, from, end);
  }

  /** Undefined when the line continues after the boundary, so that it is payload. */
  private classify(
    chunk: Buffer,
    contentEnd: number,
    afterBoundary: number,
  ): Delimiter | undefined {
    const undecided: Delimiter = { kind: 'undecided', contentEnd, next: chunk.length };
    let at = afterBoundary;
    if (at === chunk.length) return undecided;
    if (chunk[at] === dash) {
      if (at + 1 === chunk.length) return undecided;
      return chunk[at + 1] === dash ? { kind: 'close', contentEnd, next: at + 2 } : undefined;
    }
    const paddingEnd = Math.min(chunk.length, at + maxPaddingBytes);
    while (at < paddingEnd && (chunk[at] === space || chunk[at] === tab)) at += 1;
    if (at === chunk.length) return undecided;
    if (chunk[at] !== carriageReturn) return undefined;
    if (at + 1 === chunk.length) return undecided;
    return chunk[at + 1] === lineFeed ? { kind: 'part', contentEnd, next: at } : undefined;
  }

  /** The position in the last bytes at which a delimiter may begin, else the chunk's length. */
  private unfinishedDelimiter(chunk: Buffer, from: number): number {
    const longest = Math.max(from, chunk.length - this.delimiter.length + 1);
    for (let at = longest; at < chunk.length; at += 1) {
      const newLine = chunk[at] === carriageReturn && (chunk[at + 1] ?? lineFeed) === lineFeed;
      if (newLine && chunk.compare(this.delimiter, 0, chunk.length - at, at) === 0) return at;
    }
    return chunk.length;
  }
}
