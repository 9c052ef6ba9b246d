/**
 * Turns the parts of a multipart body into annotations (in memory) and dumps (written directly to the
 * envelope), by the rules of docs/submission.md.
 */
import type { EnvelopeWriter } from '#antenna/crash-report';
import type { PartHandler, PartInfo } from '#antenna/multipart';

import { RefusedReport } from '../outcome/outcome.js';
import type { AnnotationMemory } from './annotation-memory.js';
import { decodeAnnotation } from './annotation-text.js';
import type { CollectedAnnotations } from './collected-annotations.js';
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
  ) {
    this.dumps = new ReportDumps(annotations.notes, envelope, memory);
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
      return this.stringSink(name, part, (value) => this.annotations.addString(name, value));
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

  private stringSink(name: string, { charset }: PartInfo, add: (value: string) => void): PartSink {
    this.memory.take(Buffer.byteLength(name));
    const chunks: Buffer[] = [];
    let size = 0;
    return {
      write: (chunk) => {
        size += chunk.length;
        this.memory.assertValueSize(size);
        this.memory.take(chunk.length);
        chunks.push(chunk);
      },
      end: () => {
        const { text, problem } = decodeAnnotation(joined(chunks), charset);
        if (problem !== undefined) {
          const what = text === undefined ? 'dropped annotation' : 'annotation';
          this.annotations.notes.push(`${what} ${printable(name)}: ${problem}`);
        }
        if (text === undefined) return;
        this.takeGrowth(size, text, charset);
        add(text);
      },
    };
  }

  /** A text of another charset can be longer in UTF-8. */
  private takeGrowth(size: number, text: string, charset: string | undefined): void {
    if (charset === undefined) return;
    const stored = Buffer.byteLength(text);
    this.memory.assertValueSize(stored);
    this.memory.take(Math.max(0, stored - size));
  }

  private jsonSink(): PartSink {
    const chunks: Buffer[] = [];
    return {
      write: (chunk) => {
        this.memory.take(chunk.length);
        chunks.push(chunk);
      },
      end: () => this.annotations.replaceByJson(joined(chunks)),
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
    return this.stringSink(name, part, (value) => this.annotations.addNested(name, value));
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

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}
