/**
 * Turns the parts of a multipart body into annotations (in memory) and dumps (written directly to the
 * envelope), by the rules of docs/submission.md.
 */
import type { EnvelopeWriter } from '#antenna/crash-report';
import type { PartHandler, PartInfo } from '#antenna/multipart';

import { RefusedReport } from '../outcome/outcome.js';
import {
  type AnnotationMemory,
  entryBytes,
  HeldBytes,
  jsonBytes,
  stringBytes,
} from './annotation-memory.js';
import { decodeAnnotation } from './annotation-text.js';
import type { CollectedAnnotations } from './collected-annotations.js';
import { detached } from './collector-notes.js';
import { NestedMultipart } from './nested-multipart.js';
import { dropped, type PartSink } from './part-sink.js';
import { printable } from './printable.js';
import { ReportDumps } from './report-dumps.js';

/** Far above what crash clients send in the nested bodies of one report. */
const maxNestedParts = 1000;

export class ReportAssembler implements PartHandler {
  readonly dumps: ReportDumps;
  private current: PartSink = dropped;
  private nestedPartsLeft = maxNestedParts;

  constructor(
    private readonly annotations: CollectedAnnotations,
    envelope: EnvelopeWriter,
    private readonly memory: AnnotationMemory,
    maxDumps: number,
  ) {
    this.dumps = new ReportDumps(annotations.notes, envelope, memory, maxDumps);
  }

  partBegin(part: PartInfo): void {
    this.current = this.sinkFor(part);
  }

  partData(chunk: Buffer): void {
    this.current.write(chunk);
  }

  partEnd(): void {
    this.current.end();
    this.current = dropped;
  }

  private sinkFor(part: PartInfo): PartSink {
    const { name } = part;
    if (name === undefined) return this.dropNameless(part);
    if (name === 'extra' && part.contentType === 'application/json') return this.jsonSink();
    if (isField(part))
      return this.stringSink(name, part, (key, value) => this.annotations.addString(key, value));
    const dumpName = this.dumps.claimName(name);
    const dump = this.dumps.open(dumpName, part);
    const canBeNested =
      dumpName === 'upload_file_minidump' || part.contentType.startsWith('multipart/');
    return canBeNested ? this.nestedSink(name, dumpName, dump) : dump;
  }

  private dropNameless(part: PartInfo): PartSink {
    const why = part.nameProblem === 'not_utf8' ? 'its name is not UTF-8' : 'it has no name';
    this.annotations.notes.push(`dropped a part: ${why}`);
    return dropped;
  }

  private stringSink(
    name: string,
    { charset }: PartInfo,
    add: (key: string, value: string) => void,
  ): PartSink {
    this.memory.take(Buffer.byteLength(name));
    this.memory.hold(entryBytes);
    // The name is a part of the headers, which would stay in memory with it.
    const key = detached(name);
    const limit = this.memory.limits.maxAnnotationBytes;
    const held = new HeldBytes(this.memory, limit);
    return {
      write: (chunk) => held.append(chunk),
      end: () => {
        if (held.isDropped) {
          this.annotations.dropTooLarge(key, held.size, limit);
          return;
        }
        const { text, problem } = decodeAnnotation(held.bytes, charset);
        if (problem !== undefined) {
          const what = text === undefined ? 'dropped annotation' : 'annotation';
          this.annotations.notes.push(`${what} ${printable(key)}: ${problem}`);
        }
        if (text !== undefined) {
          // A text of another charset can be longer in UTF-8.
          const size = charset === undefined ? held.size : Buffer.byteLength(text);
          if (size > limit) {
            this.annotations.dropTooLarge(key, size, limit);
          } else {
            this.memory.receive(size);
            this.memory.hold(charset === undefined ? stringBytes(held.bytes) : 2 * text.length);
            add(key, text);
          }
        }
        held.free();
      },
    };
  }

  private jsonSink(): PartSink {
    const held = new HeldBytes(this.memory, this.memory.limits.maxAnnotationsBytes);
    return {
      write: (chunk) => {
        this.memory.receive(chunk.length);
        held.append(chunk);
      },
      end: () => {
        const { bytes } = held;
        const source = stringBytes(bytes);
        this.memory.hold(source);
        const { maxAnnotationBytes } = this.memory.limits;
        const content = this.annotations.replaceByJson(bytes, maxAnnotationBytes);
        this.memory.hold(jsonBytes(bytes, content));
        this.memory.free(source);
        held.free();
      },
    };
  }

  private nestedSink(name: string, dumpName: string, dump: PartSink): PartSink {
    return new NestedMultipart(
      {
        dump,
        firstFile: ({ filename }) => {
          this.nestedPartsLeft -= 1;
          this.dumps.keepFilename(dumpName, filename);
        },
        laterFile: (part) => {
          this.nestedPartsLeft -= 1;
          return this.dumps.open(this.nestedDumpName(part, name), part);
        },
        field: (part) => {
          this.nestedPartsLeft -= 1;
          return this.nestedField(part);
        },
        damaged: () => this.annotations.notes.push(`nested multipart is damaged: ${dumpName}`),
      },
      this.nestedPartsLeft,
    );
  }

  private nestedField(part: PartInfo): PartSink {
    const { name } = part;
    if (name === undefined) return this.dropNameless(part);
    return this.stringSink(name, part, (key, value) => this.annotations.addNested(key, value));
  }

  /** The name of the nested part; that of the part around it when it has none that can be used. */
  private nestedDumpName(part: PartInfo, outerName: string): string {
    if (part.name === undefined) return this.dumps.claimName(outerName);
    try {
      return this.dumps.claimName(part.name);
    } catch (error) {
      if (error instanceof RefusedReport) return this.dumps.claimName(outerName);
      throw error;
    }
  }
}

/** JSON without a filename is a field, too: npm's form-data sends objects so. */
function isField({ filename, contentType }: PartInfo): boolean {
  return filename === undefined && /^(?:text\/plain|application\/json)$/.test(contentType);
}
