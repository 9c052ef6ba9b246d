import type { IncomingMessage } from 'node:http';

import { MultipartError, parseMultipartContentType } from '#antenna/multipart';

import { type ContentEncoding, parseContentEncoding } from './content-encoding.js';
import { malformed } from '../outcome/outcome.js';

/** What the request's headers say about the report in its body. */
export interface ReportHead {
  readonly boundary: Buffer;
  readonly encoding: ContentEncoding;
  readonly userAgent: string;
  readonly authorization: string | undefined;
}

/** @throws RefusedReport malformed */
export function parseReportHead({ headers, headersDistinct }: IncomingMessage): ReportHead {
  return {
    // The original value: start-ingest.ts replaces the one in `headers` before Fastify sees it.
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
