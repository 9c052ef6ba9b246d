/** Reads a given number of bytes from a sequence of chunks, for framing that crosses chunk boundaries. */
export class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** The next chunk, or undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    if (this.held.length > 0) {
      const chunk = this.held;
      this.held = Buffer.alloc(0);
      return chunk;
    }
    const result = await this.source.next();
    return result.done === true ? undefined : result.value;
  }

  /** Puts bytes back, to be read again. */
  unread(bytes: Buffer): void {
    this.held = this.held.length === 0 ? bytes : Buffer.concat([bytes, this.held]);
  }

  /** The next `count` bytes without reading them; fewer at the end. */
  async peek(count: number): Promise<Buffer> {
    const chunks = [this.held];
    let length = this.held.length;
    while (length < count) {
      const result = await this.source.next();
      if (result.done === true) break;
      chunks.push(result.value);
      length += result.value.length;
    }
    // One copy, however small the chunks are.
    const [first, ...others] = chunks.filter((chunk) => chunk.length > 0);
    if (first) this.held = others.length === 0 ? first : Buffer.concat([first, ...others]);
    return this.held.subarray(0, count);
  }

  /** Reads `count` bytes; fewer at the end. */
  async take(count: number): Promise<Buffer> {
    const bytes = await this.peek(count);
    this.held = this.held.subarray(bytes.length);
    return bytes;
  }

  /** The rest. */
  async *chunks(): AsyncGenerator<Buffer> {
    let chunk = await this.next();
    while (chunk !== undefined) {
      yield chunk;
      chunk = await this.next();
    }
  }

  /** Reads to the end and drops everything. */
  async skipAll(): Promise<void> {
    while ((await this.next()) !== undefined);
  }
}
