import type { ClientStyle } from './client-style.js';
import { type ContentEncoding, encodeBody } from './content-encoding.js';
import { multipartChunks, type ReportPart, unusedBoundary } from './multipart-body.js';

/** Headers and body of the request. */
export interface EncodedReport {
  /** `Content-Type`, `Content-Length` and, for a compressed body, `Content-Encoding`. */
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

interface Shape {
  readonly parts: readonly ReportPart[];
  readonly style: ClientStyle;
  readonly boundary?: string;
  readonly subtype: 'form-data' | 'mixed';
  readonly encoding?: ContentEncoding;
}

/**
 * A crash report as a client sends it. Immutable: every method returns a new report. Parts are sent in the
 * order in which they were added, also when two have the same name.
 */
export class CrashReport {
  private readonly shape: Shape;

  constructor(shape: Partial<Shape> = {}) {
    this.shape = { parts: [], style: 'firefox', subtype: 'form-data', ...shape };
  }

  /** Adds a key/value part: no content type, no filename. */
  withAnnotation(name: string, value: string): CrashReport {
    return this.withPart({ name, body: Buffer.from(value) });
  }

  /** Adds one key/value part for each entry. */
  withAnnotations(annotations: Readonly<Record<string, string>>): CrashReport {
    return this.with({
      parts: [
        ...this.shape.parts,
        ...Object.entries(annotations).map(([name, value]) => ({ name, body: Buffer.from(value) })),
      ],
    });
  }

  /**
   * Adds the JSON part `extra` that carries all annotations in one object, as Firefox sends them.
   * @param extra A value to serialise, or the exact string to send, which need not be valid JSON.
   */
  withExtra(extra: object | string, options: { filename?: string } = {}): CrashReport {
    return this.withPart({
      name: 'extra',
      filename: options.filename ?? 'extra.json',
      contentType: 'application/json',
      body: Buffer.from(typeof extra === 'string' ? extra : JSON.stringify(extra)),
    });
  }

  /** Adds a dump; its filename is `<name>.dmp` and its type `application/octet-stream` unless given. */
  withDump(
    name: string,
    bytes: Buffer,
    options: { filename?: string; contentType?: string } = {},
  ): CrashReport {
    return this.withPart({
      name,
      filename: options.filename ?? `${name}.dmp`,
      contentType: options.contentType ?? 'application/octet-stream',
      body: bytes,
    });
  }

  /** Adds any part, including one that no known client sends. */
  withPart(part: ReportPart): CrashReport {
    return this.with({ parts: [...this.shape.parts, part] });
  }

  /** Writes boundary, names and line ends the way this client does. The default is Firefox's. */
  inStyleOf(style: ClientStyle): CrashReport {
    return this.with({ style });
  }

  /** Uses exactly this boundary, even if a part contains it. */
  withBoundary(boundary: string): CrashReport {
    return this.with({ boundary });
  }

  /** Sends `multipart/mixed` instead of `multipart/form-data`. */
  asMixed(): CrashReport {
    return this.with({ subtype: 'mixed' });
  }

  /** Compresses the body and sets `Content-Encoding`. */
  encoded(encoding: ContentEncoding): CrashReport {
    return this.with({ encoding });
  }

  /** Short for `encoded('gzip')`, what most clients do. */
  gzipped(): CrashReport {
    return this.encoded('gzip');
  }

  /** Headers and body, ready to send. Compresses again on each call. */
  build(): EncodedReport {
    const { parts, style, subtype, encoding } = this.shape;
    const boundary = this.shape.boundary ?? unusedBoundary(parts, style);
    const plain = Buffer.concat(multipartChunks(parts, { style, boundary }));
    const body = encodeBody(plain, encoding ?? 'identity');
    return {
      headers: {
        'Content-Type': `multipart/${subtype}; boundary=${boundary}`,
        'Content-Length': String(body.length),
        ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }),
      },
      body,
    };
  }

  private with(change: Partial<Shape>): CrashReport {
    return new CrashReport({ ...this.shape, ...change });
  }
}
