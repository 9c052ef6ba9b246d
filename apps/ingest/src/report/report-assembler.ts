/**
 * Turns the parts of a multipart body into annotations (in memory) and dumps (written directly to the
 * envelope), by the rules of docs/submission.md.
 */
import { DumpNames, type EnvelopeWriter, InvalidDumpNameError } from '#antenna/crash-report';
import type { PartHandler, PartInfo } from '#antenna/multipart';

import type { AnnotationMemory } from './annotation-memory.js';
import { type CollectedAnnotations, printable } from './collected-annotations.js';
import { NestedMultipart } from './nested-multipart.js';
import { malformed } from '../outcome/outcome.js';

interface PartSink {
  write(chunk: Buffer): void;
  end(): void;
}

const dropped: PartSink = { write: () => undefined, end: () => undefined };

export class ReportAssembler implements PartHandler {
  private readonly dumpNames = new DumpNames();
  private current: PartSink = dropped;

  constructor(
    private readonly annotations: CollectedAnnotations,
    private readonly envelope: EnvelopeWriter,
    private readonly memory: AnnotationMemory,
  ) {}

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
    if (name === undefined) {
      const why = part.nameProblem === 'not_utf8' ? 'its name is not UTF-8' : 'it has no name';
      this.annotations.notes.push(`dropped a part: ${why}`);
      return dropped;
    }
    if (part.contentType === 'application/json') return this.jsonSink();
    if (part.contentType === 'text/plain' && part.filename === undefined)
      return this.stringSink(name);
    return this.dumpSink(name, part.contentType);
  }

  private stringSink(name: string): PartSink {
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
      end: () => this.annotations.addString(name, joined(chunks)),
    };
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

  private dumpSink(rawName: string, contentType: string): PartSink {
    const name = this.claimDumpName(rawName);
    if (contentType !== 'application/octet-stream')
      this.annotations.notes.push(`unknown content type: ${name} ${printable(contentType)}`);
    this.envelope.startDump(name);
    const toEnvelope: PartSink = {
      write: (chunk) => this.envelope.writeDump(chunk),
      end: () => this.envelope.endDump(),
    };
    return name === 'upload_file_minidump' ? new NestedMultipart(toEnvelope) : toEnvelope;
  }

  private claimDumpName(rawName: string): string {
    try {
      const { name, note } = this.dumpNames.claim(rawName);
      if (note !== undefined) this.annotations.notes.push(note);
      return name;
    } catch (error) {
      if (error instanceof InvalidDumpNameError)
        throw malformed('invalid_dump_name', error.message);
      throw error;
    }
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}
