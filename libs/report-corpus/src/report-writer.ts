import {
  type ContentEncoding,
  encodeBody,
  type MinidumpPlatform,
  type MinidumpTemplate,
  minidumpTemplate,
  multipartChunks,
  type ReportPart,
  type SeededRandom,
  styleRules,
} from '#antenna/crash-client';
import type { CorpusRequest, ExpectedCrash, ExpectedDump } from './corpus-report.js';
import type { DumpPool } from './dump-pool.js';
import { gzipChunks } from './gzip-chunks.js';
import type { ReportContent } from './kinds/kind.js';
import { memoryReport } from './memory-report.js';

/** Below it, a minidump has one thread and few modules. */
const smallestFullDump = 128 * 1024;
/** Larger bodies are not compressed with encodings that have no shortcut. */
const largestCompressed = 1_000_000;
/** Annotations in multipart parts or JSON compress to about this share. */
const annotationRatio = 0.35;

export interface WriteOptions {
  /** Wanted size of the body as sent. It is larger if the annotations alone are larger. */
  readonly bytes: number;
  readonly index: number;
  readonly now: Date;
  readonly random: SeededRandom;
}

interface DumpOptions {
  readonly processId: number;
  readonly encoding: ContentEncoding;
  /** Wanted size as sent. */
  readonly room: number;
}

/** Makes requests of reports. What reports have in common is made once. */
export class ReportWriter {
  private readonly templates = new Map<string, MinidumpTemplate>();
  private memoryReport: Buffer | undefined;

  /** @param removed names of annotations that collectors remove */
  constructor(
    private readonly pool: DumpPool,
    private readonly removed: ReadonlySet<string>,
  ) {}

  write(content: ReportContent, options: WriteOptions): CorpusRequest {
    const { style, encoding, chunked } = content;
    const boundary = styleRules[style].boundary(options.random.hex(32));
    const annotations = annotationParts(content);
    const reports = content.memoryReport === true ? [this.memoryReportDump()] : [];
    const chunksWith = (dumps: readonly ExpectedDump[]): Buffer[] =>
      multipartChunks(
        [...annotations, ...[...dumps, ...reports].map((dump) => dumpPart(dump, options.random))],
        { style, boundary },
      );
    const overhead = sizeOf(chunksWith([]));
    const dumps = this.minidumps(content, { ...options, overhead });
    const plain = chunksWith(dumps);
    const body = this.encode(plain, content);
    const bodyBytes = sizeOf(body);
    return {
      headers: {
        'User-Agent': content.userAgent,
        'Content-Type': `multipart/form-data; boundary=${boundary}`,
        ...(!chunked && { 'Content-Length': String(bodyBytes) }),
        ...(encoding !== 'identity' && { 'Content-Encoding': encoding }),
      },
      chunked,
      body,
      bodyBytes,
      expected: withFinalBytes(
        {
          annotations: Object.fromEntries(
            Object.entries(content.annotations).filter(([name]) => !this.removed.has(name)),
          ),
          dumps: [...dumps, ...reports],
        },
        styleRules[style].beforeFinalBoundary,
      ),
    };
  }

  /** A minidump of about this size, alone. */
  minidumpOf(options: WriteOptions): Buffer {
    const part = {
      encoding: 'identity',
      processId: options.index * 2,
      room: options.bytes,
    } as const;
    return Buffer.concat(this.minidump('windows', { ...options, ...part }));
  }

  private minidumps(
    content: ReportContent,
    options: WriteOptions & { overhead: number },
  ): ExpectedDump[] {
    const { minidump: platform } = content;
    if (platform === undefined) return [];
    const names =
      content.browserMinidump === true
        ? ['upload_file_minidump', 'upload_file_minidump_browser']
        : ['upload_file_minidump'];
    return names.map((name, at) => {
      const chunks = this.minidump(platform, {
        ...options,
        encoding: content.encoding,
        processId: 4 * (options.index * 2 + at + 1),
        room: (options.bytes - this.sent(options.overhead, content)) / names.length,
      });
      return { name, bytes: sizeOf(chunks), chunks };
    });
  }

  private minidump(platform: MinidumpPlatform, options: WriteOptions & DumpOptions): Buffer[] {
    const { random, now: takenAt, processId } = options;
    const shape = options.room < smallestFullDump ? 'small' : 'full';
    const template = this.template(platform, shape);
    const memory = this.memoryFor(template, options);
    const start = template.start({
      takenAt,
      processId: processId % 2 ** 31,
      random,
      memoryBytes: sizeOf(memory),
    });
    return [start, template.rest, ...memory];
  }

  private memoryFor(
    template: MinidumpTemplate,
    { random, room, encoding }: WriteOptions & DumpOptions,
  ): Buffer[] {
    if (isGzip(encoding)) {
      const deflated = this.pool.keepDeflated(template.rest).length;
      const blocks = (room - deflated) / this.pool.deflatedBlockBytes();
      return this.pool.memoryBlocks(Math.max(0, Math.floor(blocks)), random);
    }
    const most = encoding === 'identity' ? room : Math.min(room, largestCompressed);
    return this.pool.memory(Math.max(0, Math.floor(most - template.bytes)), random);
  }

  /** About what bytes before compression take as sent. */
  private sent(bytes: number, { encoding }: ReportContent): number {
    return isGzip(encoding) ? bytes * annotationRatio : bytes;
  }

  private encode(plain: Buffer[], { encoding }: ReportContent): Buffer[] {
    if (encoding === 'identity') return plain;
    if (isGzip(encoding)) return gzipChunks(plain, this.pool);
    return [encodeBody(Buffer.concat(plain), encoding)];
  }

  private template(platform: MinidumpPlatform, shape: 'small' | 'full'): MinidumpTemplate {
    const key = `${platform} ${shape}`;
    const template = this.templates.get(key) ?? minidumpTemplate(platform, shape);
    this.templates.set(key, template);
    return template;
  }

  private memoryReportDump(): ExpectedDump {
    this.memoryReport ??= memoryReport();
    return {
      name: 'memory_report',
      bytes: this.memoryReport.length,
      chunks: [this.memoryReport],
    };
  }
}

/** What a client writes before the final boundary line belongs to the last part. */
function withFinalBytes({ annotations, dumps }: ExpectedCrash, text: string): ExpectedCrash {
  if (text === '') return { annotations, dumps };
  const last = dumps.at(-1);
  if (last) {
    const bytes = last.bytes + text.length;
    const longer = { ...last, bytes, chunks: [...last.chunks, Buffer.from(text)] };
    return { annotations, dumps: [...dumps.slice(0, -1), longer] };
  }
  const [name = '', value] = Object.entries(annotations).at(-1) ?? [];
  return { annotations: { ...annotations, [name]: `${String(value)}${text}` }, dumps };
}

function annotationParts(content: ReportContent): ReportPart[] {
  if (content.annotationsAs === 'extra') {
    const body = Buffer.from(JSON.stringify(content.annotations));
    return [{ name: 'extra', filename: 'extra.json', contentType: 'application/json', body }];
  }
  return Object.entries(content.annotations).map(([name, value]) => ({
    name,
    body: Buffer.from(String(value)),
  }));
}

function dumpPart({ name, chunks }: ExpectedDump, random: SeededRandom): ReportPart {
  const suffix = name === 'memory_report' ? 'memory.json.gz' : 'dmp';
  return {
    name,
    filename: `${random.hex(32)}.${suffix}`,
    contentType: 'application/octet-stream',
    body: chunks,
  };
}

const isGzip = (encoding: ReportContent['encoding']): boolean =>
  encoding === 'gzip' || encoding === 'x-gzip';

function sizeOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
