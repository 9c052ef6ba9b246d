import type { IncomingMessage } from 'node:http';

import { MultipartError, parseMultipartContentType } from '#antenna/multipart';

import { type ContentEncoding, parseContentEncoding } from './content-encoding.js';
import { malformed } from '../outcome/outcome.js';

/** What the request's headers say of the report in its body. */
export interface ReportHead {
  readonly boundary: Buffer;
  readonly encoding: ContentEncoding;
  readonly userAgent: string;
  readonly authorization: string | undefined;
}

/** @throws RefusedReport malformed, when the body is not worth reading. */
export function parseReportHead({ headers, headersDistinct }: IncomingMessage): ReportHead {
  return {
    // As it came: the server hides it from Fastify, which would answer an odd one itself (start-ingest.ts).
    boundary: parseBoundary(headersDistinct['content-type']?.[0]),
    encoding: parseContentEncoding(headers['content-encoding']),
    userAgent: headers['user-agent'] ?? '',
    authorization: headers.authorization,
  };
}

function parseBoundary(contentType: string | undefined): Buffer {
  try {
    return parseMultipartContentType(contentType).boundary;
  } catch (error) {
    if (error instanceof MultipartError) throw malformed(error.reason, error.message);
    throw error;
  }
}
