/** Writes the dumps of a report to its envelope, under names of their own, and notes what is odd about them. */
import {
  DumpNames,
  type EnvelopeWriter,
  InvalidDumpNameError,
  isMinidumpName,
  minidumpProblem,
  type MinidumpProblem,
  minidumpSignatureBytes,
} from '#antenna/crash-report';
import type { PartInfo } from '#antenna/multipart';

import { malformed } from '../outcome/outcome.js';
import type { AnnotationMemory } from './annotation-memory.js';
import type { CollectorNotes } from './collector-notes.js';
import type { PartSink } from './part-sink.js';
import { printable, printableFilename } from './printable.js';

type FileInfo = Pick<PartInfo, 'contentType' | 'filename'>;

const problemNotes: Readonly<Record<MinidumpProblem, string>> = {
  empty: 'is empty',
  not_a_minidump: 'is not a minidump',
};

export class ReportDumps {
  /** Why minidumps of the report are none, one entry for each. */
  readonly invalidMinidumps: MinidumpProblem[] = [];
  private readonly names = new DumpNames();
  private opened = 0;
  private readonly filenamesByDump = new Map<string, string>();

  constructor(
    private readonly notes: CollectorNotes,
    private readonly envelope: EnvelopeWriter,
    private readonly memory: AnnotationMemory,
    private readonly maxDumps: number,
  ) {}

  /** Dump name to filename, where the client sent one that differs. A dump can be named `__proto__`. */
  get filenames(): Record<string, string> {
    return Object.fromEntries(this.filenamesByDump);
  }

  /**
   * @returns the name under which the dump is stored
   * @throws RefusedReport malformed `invalid_dump_name`
   */
  claimName(rawName: string): string {
    try {
      const { name, note } = this.names.claim(rawName);
      if (note !== undefined) this.notes.push(note);
      return name;
    } catch (error) {
      if (error instanceof InvalidDumpNameError)
        throw malformed('invalid_dump_name', error.message);
      throw error;
    }
  }

  /**
   * @param name from `claimName`
   * @throws RefusedReport malformed `too_many_dumps`
   */
  open(name: string, { contentType, filename }: FileInfo): PartSink {
    this.opened += 1;
    if (this.opened > this.maxDumps)
      throw malformed('too_many_dumps', `the report has more than ${this.maxDumps} dumps`);
    if (contentType !== 'application/octet-stream')
      this.notes.push(`unknown content type: ${name} ${printable(contentType)}`);
    this.keepFilename(name, filename);
    this.envelope.startDump(name);
    const toEnvelope: PartSink = {
      write: (chunk) => this.envelope.writeDump(chunk),
      end: () => this.envelope.endDump(),
    };
    return isMinidumpName(name) ? this.checked(name, toEnvelope) : toEnvelope;
  }

  /** Keeps the first filename of a dump. */
  keepFilename(name: string, sent: string | undefined): void {
    if (sent === undefined || this.filenamesByDump.has(name)) return;
    const filename = printableFilename(sent);
    if (filename === '' || filename === name) return;
    this.memory.take(Buffer.byteLength(filename));
    this.filenamesByDump.set(name, filename);
  }

  private checked(name: string, dump: PartSink): PartSink {
    let head = Buffer.alloc(0);
    return {
      write: (chunk) => {
        if (head.length < minidumpSignatureBytes)
          head = Buffer.concat([head, chunk.subarray(0, minidumpSignatureBytes)]);
        dump.write(chunk);
      },
      end: () => {
        const problem = minidumpProblem(head);
        if (problem !== undefined) {
          this.notes.push(`${name} ${problemNotes[problem]}`);
          this.invalidMinidumps.push(problem);
        }
        dump.end();
      },
    };
  }
}
