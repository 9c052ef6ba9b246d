const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const dash = 0x2d;
const space = 0x20;
const tab = 0x09;
const lineEndBytes = 2;

/** RFC 2046 allows any amount and says that it should be none; some bound keeps memory bounded. */
const maxPaddingBytes = 64;

/**
 * What a chunk holds from some position on: text up to `textEnd`, and then a boundary line before a part
 * (`next` is the position of the CRLF that ends it), the closing boundary (`next` is the position after it),
 * perhaps the beginning of either (`undecided`), or nothing more.
 */
export interface Delimiter {
  readonly kind: 'part' | 'close' | 'undecided' | 'none';
  readonly textEnd: number;
  readonly next: number;
}

/**
 * Finds `CRLF "--" boundary` in a chunk. RFC 2046 lets a receiver take every line that begins with the
 * boundary for one. Here only a line that ends there, or goes on with `--`, is one: the
 * boundary `b` does not cut a payload that holds the boundary line `--b2` of somebody else.
 */
export class DelimiterScanner {
  /** From here on, even the longest delimiter that begins at the first byte is decided. */
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
    const textEnd = this.unfinishedDelimiter(chunk, from);
    return { kind: textEnd < chunk.length ? 'undecided' : 'none', textEnd, next: chunk.length };
  }

  /**
   * The delimiter at `from` whose CRLF came before: the body may begin with one, and so may a payload,
   * where the blank line after the headers gives the CRLF (RFC 2046: `body-part` without a body).
   */
  findAtLineStart(chunk: Buffer, from: number): Delimiter | undefined {
    const end = Math.min(chunk.length, from + this.delimiter.length - lineEndBytes);
    const delimiterEnd = lineEndBytes + end - from;
    const differs = chunk.compare(this.delimiter, lineEndBytes, delimiterEnd, from, end) !== 0;
    if (differs) return undefined;
    if (delimiterEnd < this.delimiter.length)
      return { kind: 'undecided', textEnd: from, next: chunk.length };
    return this.classify(chunk, from, end);
  }

  /** Undefined when the boundary at `textEnd` is only the beginning of something else, thus payload. */
  private classify(chunk: Buffer, textEnd: number, afterBoundary: number): Delimiter | undefined {
    const undecided: Delimiter = { kind: 'undecided', textEnd, next: chunk.length };
    let at = afterBoundary;
    if (at === chunk.length) return undecided;
    if (chunk[at] === dash) {
      if (at + 1 === chunk.length) return undecided;
      return chunk[at + 1] === dash ? { kind: 'close', textEnd, next: at + 2 } : undefined;
    }
    const paddingEnd = Math.min(chunk.length, at + maxPaddingBytes);
    while (at < paddingEnd && (chunk[at] === space || chunk[at] === tab)) at += 1;
    if (at === chunk.length) return undecided;
    if (chunk[at] !== carriageReturn) return undefined;
    if (at + 1 === chunk.length) return undecided;
    return chunk[at + 1] === lineFeed ? { kind: 'part', textEnd, next: at } : undefined;
  }

  /** Where the chunk's last bytes begin to look like a delimiter; the chunk's end when they do not. */
  private unfinishedDelimiter(chunk: Buffer, from: number): number {
    const longest = Math.max(from, chunk.length - this.delimiter.length + 1);
    for (let at = longest; at < chunk.length; at += 1) {
      const newLine = chunk[at] === carriageReturn && (chunk[at + 1] ?? lineFeed) === lineFeed;
      if (newLine && chunk.compare(this.delimiter, 0, chunk.length - at, at) === 0) return at;
    }
    return chunk.length;
  }
}
