const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const dash = 0x2d;
const space = 0x20;
const tab = 0x09;
const lineEndBytes = 2;

/** RFC 2046 allows any amount of white space after the boundary; this limit bounds the memory. */
const maxPaddingBytes = 64;

/** Can continue a boundary (RFC 2046, `bcharsnospace`), so that the line has a longer boundary. */
const boundaryCharacters = new Set(
  Buffer.from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?"),
);

/**
 * The content of a chunk from a given position: content up to `contentEnd`, followed by a boundary line before
 * a part (`next` is the position of the CRLF that ends it), the closing boundary (`next` is the position after
 * it), a boundary line that is neither (`broken`), possibly the beginning of these (`undecided`), or the end of
 * the chunk.
 */
interface Delimiter {
  readonly kind: 'part' | 'close' | 'broken' | 'undecided' | 'none';
  readonly contentEnd: number;
  readonly next: number;
}

/** What a line that begins with the boundary and continues with other characters of boundaries is. */
type LongerBoundary = 'content' | 'broken';

/**
 * Finds `CRLF "--" boundary` in a chunk. RFC 2046 lets a receiver accept every line that begins with the
 * boundary. This scanner accepts only a line that ends after the boundary or continues with `--`, so that the
 * boundary `b` does not split a payload that contains a line `--b2`. Any other line that begins with the boundary
 * is broken, also after a bare line feed: as payload it would hide a part.
 */
export class DelimiterScanner {
  /** Length of the longest delimiter: with this many bytes, a delimiter at the first byte is decided. */
  readonly decisiveBytes: number;
  private readonly delimiter: Buffer;
  /** Without the carriage return. */
  private readonly line: Buffer;

  constructor(boundary: Buffer) {
    this.delimiter = Buffer.concat([Buffer.from('\r\n--'), boundary]);
    this.line = this.delimiter.subarray(1);
    this.decisiveBytes = this.delimiter.length + maxPaddingBytes + lineEndBytes;
  }

  /** The first delimiter whose line end is at or after `from`. */
  find(chunk: Buffer, from: number, longer: LongerBoundary): Delimiter {
    let at = chunk.indexOf(this.line, from);
    while (at !== -1) {
      const afterCarriageReturn = at > from && chunk[at - 1] === carriageReturn;
      const found = this.classify(chunk, at + this.line.length, longer);
      if (found !== undefined) {
        const contentEnd = afterCarriageReturn ? at - 1 : at;
        if (found.kind === 'undecided' || afterCarriageReturn) return { ...found, contentEnd };
        return { kind: 'broken', contentEnd, next: chunk.length };
      }
      at = chunk.indexOf(this.line, at + 1);
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
  findAtLineStart(chunk: Buffer, from: number, longer: LongerBoundary): Delimiter | undefined {
    const end = Math.min(chunk.length, from + this.delimiter.length - lineEndBytes);
    const delimiterEnd = lineEndBytes + end - from;
    const differs = chunk.compare(this.delimiter, lineEndBytes, delimiterEnd, from, end) !== 0;
    if (differs) return undefined;
    if (delimiterEnd < this.delimiter.length)
      return { kind: 'undecided', contentEnd: from, next: chunk.length };
    const found = this.classify(chunk, end, longer);
    return found && { ...found, contentEnd: from };
  }

  /** Undefined when the line is content. */
  private classify(
    chunk: Buffer,
    afterBoundary: number,
    longer: LongerBoundary,
  ): Omit<Delimiter, 'contentEnd'> | undefined {
    const undecided = { kind: 'undecided', next: chunk.length } as const;
    const broken = { kind: 'broken', next: chunk.length } as const;
    let at = afterBoundary;
    if (at === chunk.length) return undecided;
    if (chunk[at] === dash) {
      if (at + 1 === chunk.length) return undecided;
      if (chunk[at + 1] === dash) return { kind: 'close', next: at + 2 };
    }
    if (boundaryCharacters.has(chunk.readUInt8(at)))
      return longer === 'content' ? undefined : broken;
    const paddingEnd = Math.min(chunk.length, at + maxPaddingBytes);
    while (at < paddingEnd && (chunk[at] === space || chunk[at] === tab)) at += 1;
    if (at === chunk.length) return undecided;
    if (chunk[at] !== carriageReturn) return broken;
    if (at + 1 === chunk.length) return undecided;
    return chunk[at + 1] === lineFeed ? { kind: 'part', next: at } : broken;
  }

  /** The position in the last bytes at which a delimiter may begin, else the chunk's length. */
  private unfinishedDelimiter(chunk: Buffer, from: number): number {
    const longest = Math.max(from, chunk.length - this.delimiter.length + 1);
    for (let at = longest; at < chunk.length; at += 1) {
      const newLine = chunk[at] === carriageReturn && (chunk[at + 1] ?? lineFeed) === lineFeed;
      if (newLine && chunk.compare(this.delimiter, 0, chunk.length - at, at) === 0) return at;
      if (chunk[at] === lineFeed && chunk.compare(this.line, 0, chunk.length - at, at) === 0)
        return at;
    }
    return chunk.length;
  }
}
