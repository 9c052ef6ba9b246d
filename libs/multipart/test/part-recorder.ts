import type { PartHandler } from '../src/multipart-splitter.js';
import { MultipartSplitter } from '../src/multipart-splitter.js';
import type { PartInfo } from '../src/part-info.js';

interface RecordedPart extends PartInfo {
  /** One character per byte. */
  data: string;
  ended: boolean;
}

/** Records the calls of a splitter; throws when they are out of order. */
export class PartRecorder implements PartHandler {
  readonly parts: RecordedPart[] = [];
  calls = 0;

  partBegin(part: PartInfo): void {
    if (this.parts.at(-1)?.ended === false) throw new Error('partBegin inside a part');
    this.parts.push({ ...part, data: '', ended: false });
    this.calls += 1;
  }

  partData(chunk: Buffer): void {
    if (chunk.length === 0) throw new Error('partData without data');
    this.openPart().data += chunk.toString('latin1');
    this.calls += 1;
  }

  partEnd(): void {
    this.openPart().ended = true;
    this.calls += 1;
  }

  private openPart(): RecordedPart {
    const part = this.parts.at(-1);
    if (part === undefined || part.ended) throw new Error('called outside a part');
    return part;
  }
}

export interface SplitOptions {
  boundary?: string;
  maxParts?: number;
  maxPartHeaderBytes?: number;
  /** Lengths of the first chunks; the rest is one more chunk. */
  chunkLengths?: readonly number[];
}

/** Splits the body, written in chunks; the default boundary is `sB`. */
export function split(body: string, options: SplitOptions = {}): RecordedPart[] {
  const recorder = new PartRecorder();
  splitInto(recorder, body, options);
  return recorder.parts;
}

export function splitInto(handler: PartHandler, body: string, options: SplitOptions = {}): void {
  const { boundary = 'sB', maxParts = 100, maxPartHeaderBytes = 16 * 1024 } = options;
  const splitter = new MultipartSplitter(Buffer.from(boundary, 'latin1'), handler, {
    maxParts,
    maxPartHeaderBytes,
  });
  let rest = Buffer.from(body, 'latin1');
  for (const length of options.chunkLengths ?? []) {
    splitter.write(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  splitter.write(rest);
  splitter.end();
}

/** Lengths of equal chunks for the whole body. */
export function chunksOf(length: number, body: string): number[] {
  return Array.from({ length: Math.ceil(body.length / length) }, () => length);
}

/** A body of `name=value` parts with the boundary `sB`. */
export function bodyOf(...fields: readonly (readonly [name: string, value: string])[]): string {
  const parts = fields.map(
    ([name, value]) => `--sB\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join('')}--sB--\r\n`;
}
