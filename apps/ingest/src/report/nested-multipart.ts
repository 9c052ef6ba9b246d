/**
 * A multipart body inside a part. Old Electron versions on Linux send one in place of the minidump, with some
 * annotations and the minidump as its first file; curl sends several files of one field as `multipart/mixed`.
 * A minidump begins with `MDMP`, a nested body with its boundary line.
 */
import {
  MultipartError,
  MultipartSplitter,
  type PartHandler,
  type PartInfo,
} from '#antenna/multipart';

import { dropped, type PartSink } from './part-sink.js';

/** Where the parts of a nested body go. */
export interface NestedParts {
  /** Receives the first file, or all bytes when they are no sound nested body with a file. */
  readonly dump: PartSink;
  /** Called when the first file begins, which goes to `dump`. */
  firstFile(part: PartInfo): void;
  laterFile(part: PartInfo): PartSink;
  field(part: PartInfo): PartSink;
  /** The body is truncated, not valid or has too many parts; what came is stored. */
  damaged(): void;
}

const dashes = Buffer.from('--');
/** `--`, a boundary of at most 70 characters (RFC 2046), and the start of a part header. */
const nestedStart = /^--([\x21-\x7e]{1,70})\r\nContent-/i;
const longestStart = dashes.length + 70 + '\r\nContent-'.length;
const maxPartHeaderBytes = 16 * 1024;
/** The first file must begin within these bytes, which are kept to store them as sent if they are damaged. */
const heldLimit = 64 * 1024;
const maxHeldChunks = 64;

export class NestedMultipart implements PartSink {
  /** The first bytes, until it is clear whether they are a nested body. */
  private held: Buffer[] | undefined = [];
  private heldBytes = 0;
  private boundary: Buffer | undefined;
  private parts: InnerParts | undefined;
  private splitter: MultipartSplitter | undefined;

  constructor(
    private readonly to: NestedParts,
    private readonly maxParts: number,
  ) {}

  write(chunk: Buffer): void {
    if (this.held === undefined) {
      this.pass(chunk);
      return;
    }
    this.held.push(chunk);
    // A chunk of one byte costs a hundred as a buffer of its own.
    if (this.held.length > maxHeldChunks) this.held = [Buffer.concat(this.held)];
    this.heldBytes += chunk.length;
    if (this.boundary === undefined && !this.couldBeNested(this.held)) this.storeAsSent(this.held);
    else if (this.heldBytes > heldLimit) this.decide(this.held, () => undefined);
  }

  end(): void {
    if (this.held !== undefined) this.decide(this.held, (splitter) => splitter.end());
    if (this.parts === undefined) {
      this.to.dump.end();
      return;
    }
    this.guard((splitter) => splitter.end());
  }

  /** Finds the boundary as soon as the whole start has come. */
  private couldBeNested(held: readonly Buffer[]): boolean {
    const start = Buffer.concat(held, Math.min(this.heldBytes, longestStart));
    const boundary = nestedStart.exec(start.toString('latin1'))?.[1];
    if (boundary !== undefined) this.boundary = Buffer.from(boundary, 'latin1');
    if (boundary !== undefined) return true;
    const beginning = start.subarray(0, dashes.length);
    return start.length < longestStart && beginning.equals(dashes.subarray(0, beginning.length));
  }

  private decide(held: readonly Buffer[], finish: (splitter: MultipartSplitter) => void): void {
    if (this.boundary === undefined) {
      this.storeAsSent(held);
      return;
    }
    const body = Buffer.concat(held);
    const probe = new FileProbe();
    try {
      const splitter = this.newSplitter(this.boundary, probe);
      splitter.write(body);
      finish(splitter);
    } catch (error) {
      if (!(error instanceof MultipartError)) throw error;
      this.to.damaged();
      this.storeAsSent(held);
      return;
    }
    if (!probe.foundFile) {
      this.storeAsSent(held);
      return;
    }
    this.held = undefined;
    this.parts = new InnerParts(this.to);
    this.splitter = this.newSplitter(this.boundary, this.parts);
    this.pass(body);
  }

  private newSplitter(boundary: Buffer, handler: PartHandler): MultipartSplitter {
    return new MultipartSplitter(boundary, handler, {
      maxParts: this.maxParts,
      maxPartHeaderBytes,
    });
  }

  private storeAsSent(held: readonly Buffer[]): void {
    this.held = undefined;
    for (const chunk of held) this.to.dump.write(chunk);
  }

  private pass(chunk: Buffer): void {
    if (this.parts === undefined) this.to.dump.write(chunk);
    else this.guard((splitter) => splitter.write(chunk));
  }

  /** After damage, the rest is dropped. */
  private guard(action: (splitter: MultipartSplitter) => void): void {
    if (this.splitter === undefined) return;
    try {
      action(this.splitter);
    } catch (error) {
      if (!(error instanceof MultipartError)) throw error;
      this.splitter = undefined;
      this.to.damaged();
      this.parts?.endFile();
    }
  }
}

class FileProbe implements PartHandler {
  foundFile = false;

  partBegin(part: PartInfo): void {
    this.foundFile ||= part.filename !== undefined;
  }

  partData(): void {}

  partEnd(): void {}
}

class InnerParts implements PartHandler {
  private current: PartSink = dropped;
  private currentIsFile = false;
  private foundFile = false;

  constructor(private readonly to: NestedParts) {}

  partBegin(part: PartInfo): void {
    this.currentIsFile = part.filename !== undefined;
    this.current = this.sinkFor(part);
  }

  partData(chunk: Buffer): void {
    this.current.write(chunk);
  }

  partEnd(): void {
    this.current.end();
    this.current = dropped;
    this.currentIsFile = false;
  }

  /** Ends a file that is not complete. */
  endFile(): void {
    if (this.currentIsFile) this.partEnd();
  }

  private sinkFor(part: PartInfo): PartSink {
    if (!this.currentIsFile) return this.to.field(part);
    if (this.foundFile) return this.to.laterFile(part);
    this.foundFile = true;
    this.to.firstFile(part);
    return this.to.dump;
  }
}
