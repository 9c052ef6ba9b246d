/**
 * Old Electron versions on Linux send a whole multipart body in place of the minidump. A minidump begins
 * with `MDMP`, a nested body with its boundary line. The first file in the nested body is the dump.
 */
import { MultipartSplitter, type PartHandler, type PartInfo } from '#antenna/multipart';

interface DumpSink {
  write(chunk: Buffer): void;
  end(): void;
}

const dashes = Buffer.from('--');
/** `--`, a boundary of at most 70 characters (RFC 2046), and the start of a part header. */
const nestedStart = /^--([\x21-\x7e]{1,70})\r\nContent-/i;
const longestStart = dashes.length + 70 + '\r\nContent-'.length;
/** Far above what a crash client sends in a nested body. */
const nestedLimits = { maxParts: 1000, maxPartHeaderBytes: 16 * 1024 };

export class NestedMultipart {
  private head: Buffer | undefined = Buffer.alloc(0);
  private splitter: MultipartSplitter | undefined;

  constructor(private readonly dump: DumpSink) {}

  /** @throws MultipartError when the nested body is broken. */
  write(chunk: Buffer): void {
    if (this.head === undefined) {
      this.pass(chunk);
      return;
    }
    this.head = this.head.length === 0 ? chunk : Buffer.concat([this.head, chunk]);
    if (this.head.length >= longestStart || !couldBeNested(this.head)) this.decide(this.head);
  }

  end(): void {
    if (this.head !== undefined) this.decide(this.head);
    this.splitter?.end();
    this.dump.end();
  }

  private decide(head: Buffer): void {
    this.head = undefined;
    const boundary = nestedStart.exec(head.toString('latin1', 0, longestStart))?.[1];
    if (boundary !== undefined) {
      this.splitter = new MultipartSplitter(
        Buffer.from(boundary, 'latin1'),
        new FirstFile(this.dump),
        nestedLimits,
      );
    }
    this.pass(head);
  }

  private pass(chunk: Buffer): void {
    if (this.splitter) this.splitter.write(chunk);
    else this.dump.write(chunk);
  }
}

/** Passes on the first part that has a filename and drops all others. */
class FirstFile implements PartHandler {
  private state: 'before' | 'inside' | 'after' = 'before';

  constructor(private readonly dump: DumpSink) {}

  partBegin(part: PartInfo): void {
    if (this.state === 'before' && part.filename !== undefined) this.state = 'inside';
  }

  partData(chunk: Buffer): void {
    if (this.state === 'inside') this.dump.write(chunk);
  }

  partEnd(): void {
    if (this.state === 'inside') this.state = 'after';
  }
}

function couldBeNested(head: Buffer): boolean {
  return head.subarray(0, dashes.length).equals(dashes.subarray(0, head.length));
}
