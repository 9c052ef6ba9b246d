import { gunzipSync } from 'node:zlib';
import { parseJson } from '#antenna/crash-report';
import { MultipartSplitter, parseMultipartContentType, type PartInfo } from '#antenna/multipart';
import { describe, expect, it } from '@jest/globals';
import { type ForwardedReport, forwardedReport } from './forwarded-report.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800261120';
const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** The report of a raw crash with these annotations and this metadata. */
function reportOf(annotations: string, metadata: object, token?: string): ForwardedReport {
  const own = `"metadata":${JSON.stringify({ collector_notes: ['a note'], dump_checksums: { a: 'b' }, throttle_rule: 'r', ...metadata })}`;
  const json = `{${annotations},${own},"submitted_timestamp":"2026-11-20T10:00:00.000000+00:00","uuid":"${crashId}","version":2}`;
  const rawCrash = parseJson(json, { maxDepth: 9 });
  const dumps = [
    { name: 'memory_report', bytes: Buffer.from('memory') },
    { name: 'upload_file_minidump', bytes },
  ];
  return forwardedReport({ crashId, rawCrash, dumps }, token);
}

/** The parts as the collector's own parser finds them. */
function partsOf({ report: { headers, body } }: ForwardedReport) {
  const parts: (Partial<PartInfo> & { body: Buffer })[] = [];
  let chunks: Buffer[] = [];
  const handler = {
    partBegin: ({ name, filename, contentType }: PartInfo) => {
      chunks = [];
      parts.push({ name, filename, contentType, body: Buffer.alloc(0) });
    },
    partData: (chunk: Buffer) => void chunks.push(Buffer.from(chunk)),
    partEnd: () => parts.push({ ...parts.pop(), body: Buffer.concat(chunks) }),
  };
  const { boundary } = parseMultipartContentType(headers['Content-Type']);
  const limits = { maxParts: 100, maxPartHeaderBytes: 9999 };
  const splitter = new MultipartSplitter(boundary, handler, limits);
  splitter.write(headers['Content-Encoding'] === 'gzip' ? gunzipSync(body) : body);
  splitter.end();
  return parts;
}

const names = ['Name', 'a"b', '100%22', String.raw`a\\b\c`, 'end\\', 'a\r\nb', 'Größe; 😀'];

describe('forwardedReport', () => {
  it('sends a report that came as JSON as JSON, with numbers as spelled and no field of the collector', () => {
    const annotations = '"A":1.0,"B":{"n":18446744073709551616},"C":"\\ud800","__proto__":"p"';
    const parts = partsOf(reportOf(annotations, { payload: 'json' }));
    expect(parts.map(({ name }) => name)).toEqual([
      'extra',
      'memory_report',
      'upload_file_minidump',
    ]);
    expect(parts[0]?.contentType).toBe('application/json');
    expect(parts[0]?.body.toString()).toBe(`{${annotations}}`);
  });

  it('sends a report that came as key/value parts in such parts, with every name and value unchanged', () => {
    const annotations = names.map((name) => `${JSON.stringify(name)}:"value of \\u0000\\r\\n"`);
    const parts = partsOf(reportOf(annotations.join(','), { payload: 'multipart' }));
    const fields = parts.filter(({ filename }) => filename === undefined);
    expect(fields.map(({ name }) => name)).toEqual(names);
    expect(new Set(fields.map(({ body }) => body.toString()))).toEqual(
      new Set(['value of \0\r\n']),
    );
  });

  it('sends dumps byte for byte, with the filenames that the collector stored', () => {
    const filenames = { upload_file_minidump: 'ein "100%"-Dump.dmp' };
    const parts = partsOf(reportOf('"A":"1"', { dump_filenames: filenames }));
    expect(parts.slice(1)).toEqual([
      {
        name: 'memory_report',
        filename: 'memory_report',
        contentType: 'application/octet-stream',
        body: Buffer.from('memory'),
      },
      {
        name: 'upload_file_minidump',
        filename: 'ein "100%"-Dump.dmp',
        contentType: 'application/octet-stream',
        body: bytes,
      },
    ]);
  });

  it('compresses a report that was compressed, and sends the stored user agent', () => {
    const plain = reportOf('"A":"1"', { payload_compressed: '0', user_agent: '' });
    expect(plain.headers).toEqual({});
    expect(plain.report.headers).not.toHaveProperty('Content-Encoding');
    const zipped = reportOf('"A":"1"', { payload_compressed: '1', user_agent: 'Fenix/1 é' });
    expect(zipped.headers).toEqual({ 'User-Agent': 'Fenix/1 é' });
    expect(zipped.report.headers).toHaveProperty('Content-Encoding', 'gzip');
    expect(partsOf(zipped)).toEqual(partsOf(plain));
  });

  it.each(['json', 'multipart'])(
    'sends the crash id of a %s report only with a token',
    (payload) => {
      const bare = reportOf('"A":"1"', { payload });
      expect(bare.report.body.toString()).not.toContain(crashId);
      const { report, headers } = reportOf('"A":"1"', { payload }, 'secret');
      expect(headers).toEqual({ Authorization: 'Bearer secret' });
      expect(report.body.toString()).toContain(crashId);
      expect(report.body.toString()).not.toContain('secret');
    },
  );

  it('rejects what cannot become a report', () => {
    const notAnObject = { crashId, rawCrash: [], dumps: [] };
    expect(() => forwardedReport(notAnObject, undefined)).toThrow('is not a JSON object');
    expect(() => reportOf('"A":"1"', { user_agent: 'a\nb' })).toThrow('no header can have');
  });
});
