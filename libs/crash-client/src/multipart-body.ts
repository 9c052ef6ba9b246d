import { createHash } from 'node:crypto';
import { type ClientStyle, styleRules } from './client-style.js';

/** One part of a multipart body. What is absent is not written. */
export interface ReportPart {
  readonly name?: string;
  readonly filename?: string;
  readonly contentType?: string;
  /** Several chunks are sent as one value. */
  readonly body: Buffer | readonly Buffer[];
}

/** Writes the parts in order, without copying their bodies; no part may contain the boundary. */
export function multipartChunks(
  parts: readonly ReportPart[],
  options: { style: ClientStyle; boundary: string },
): Buffer[] {
  const chunks: Buffer[] = [];
  for (const part of parts) {
    chunks.push(
      Buffer.from(`--${options.boundary}\r\n${partHeaders(part, options.style)}\r\n`),
      ...chunksOf(part),
      Buffer.from('\r\n'),
    );
  }
  const { beforeFinalBoundary } = styleRules[options.style];
  chunks.push(Buffer.from(`${beforeFinalBoundary}--${options.boundary}--\r\n`));
  return chunks;
}

/** A boundary in the client's style that occurs in none of the parts; the same for the same number of parts. */
export function unusedBoundary(parts: readonly ReportPart[], style: ClientStyle): string {
  for (let attempt = 0; ; attempt += 1) {
    const token = createHash('md5').update(`${parts.length} ${attempt}`).digest('hex');
    const boundary = styleRules[style].boundary(token);
    if (parts.every((part) => chunksOf(part).every((chunk) => !chunk.includes(boundary))))
      return boundary;
  }
}

function chunksOf({ body }: ReportPart): readonly Buffer[] {
  return Buffer.isBuffer(body) ? [body] : body;
}

function partHeaders(part: ReportPart, style: ClientStyle): string {
  const rules = styleRules[style];
  let disposition = 'form-data';
  if (part.name !== undefined) {
    const name =
      part.filename === undefined ? rules.fieldName(part.name) : rules.fileParameter(part.name);
    disposition += `; name=${name}`;
  }
  if (part.filename !== undefined)
    disposition += `; filename=${rules.fileParameter(part.filename)}`;
  const type = part.contentType === undefined ? '' : `Content-Type: ${part.contentType}\r\n`;
  return `Content-Disposition: ${disposition}\r\n${type}`;
}
