import { gzipSync } from 'node:zlib';

import { CrashReport, type EncodedReport, submit } from '#antenna/crash-client';

import { blockingPost } from './blocking-post.js';
import { type Check, CheckFailure } from './check.js';
import { userAgent } from './marked-report.js';
import { describeAnswer } from './send.js';

interface Malformed {
  /** docs/submission.md, "Reasons". */
  readonly reason: string;
  readonly report: EncodedReport;
}

const annotated = new CrashReport().withAnnotation('ProductName', 'Firefox');

function withHeaders(
  report: EncodedReport,
  headers: Readonly<Record<string, string>>,
): EncodedReport {
  return { ...report, headers: { ...report.headers, ...headers } };
}

function withBody(report: EncodedReport, body: Buffer): EncodedReport {
  return { headers: { ...report.headers, 'Content-Length': String(body.length) }, body };
}

function malformedReports(): Malformed[] {
  const whole = annotated.build();
  const { 'Content-Type': _, ...untyped } = whole.headers;
  const cutGzip = gzipSync(whole.body).subarray(0, -20);
  return [
    { reason: 'no_content_type', report: { ...whole, headers: untyped } },
    {
      reason: 'wrong_content_type',
      report: withHeaders(whole, { 'Content-Type': 'application/json' }),
    },
    {
      reason: 'no_boundary',
      report: withHeaders(whole, { 'Content-Type': 'multipart/form-data' }),
    },
    { reason: 'no_content_length', report: withBody(whole, Buffer.alloc(0)) },
    {
      reason: 'unknown_content_encoding',
      report: withHeaders(whole, { 'Content-Encoding': 'compress' }),
    },
    {
      reason: 'bad_gzip',
      report: withHeaders(withBody(whole, cutGzip), { 'Content-Encoding': 'gzip' }),
    },
    {
      reason: 'invalid_payload_structure',
      report: withBody(whole, whole.body.subarray(0, -10)),
    },
    { reason: 'invalid_json', report: new CrashReport().withExtra('{"ProductName": ').build() },
    {
      reason: 'invalid_json_value',
      report: new CrashReport().withExtra('["ProductName"]').build(),
    },
    { reason: 'no_annotations', report: new CrashReport().withDump('x', Buffer.from('x')).build() },
    { reason: 'invalid_dump_name', report: annotated.withDump('-', Buffer.from('x')).build() },
  ];
}

/** A malformed report must be rejected with its reason. */
export function malformedChecks(url: URL): Check[] {
  return malformedReports().map(({ reason, report }) => ({
    name: `malformed ${reason}`,
    run: async () => {
      const answer = await submit(url, report, { headers: { 'User-Agent': userAgent } });
      if (answer.status !== 400 || answer.discarded !== `malformed_${reason}`) {
        throw new CheckFailure(
          `expected 400 Discarded=malformed_${reason}, got ${describeAnswer(answer)}`,
        );
      }
      return undefined;
    },
  }));
}

/**
 * A body over the limit must be rejected so that a client that sends everything before it reads, as crash reporters do,
 * sees the answer.
 */
export function tooLargeChecks(url: URL, maxPayload: number): Check[] {
  const report = (): EncodedReport =>
    annotated.withDump('upload_file_minidump', Buffer.alloc(maxPayload)).build();
  return (['announced', 'chunked'] as const).map((framing) => ({
    name: `too-large ${framing}`,
    run: async () => {
      const { headers, body } = report();
      const answer = await blockingPost(url, { headers, body, framing });
      if (answer.status !== 413 || answer.body.trim() !== 'Discarded=malformed_too_large') {
        throw new CheckFailure(
          `expected 413 Discarded=malformed_too_large, got ${describeAnswer(answer)}` +
            (answer.status === 200 || answer.status === 400
              ? '; --max-payload must be the MAX_PAYLOAD of the deployment'
              : '') +
            (answer.status === 413 ? '; a proxy in front of ingest rejected it' : ''),
        );
      }
      return undefined;
    },
  }));
}
