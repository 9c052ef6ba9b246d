import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { ClientStyle } from './client-style.js';
import { CrashReport } from './crash-report.js';

/** Node's own parser of form data, as a second opinion on our bytes. */
async function parse(report: CrashReport): Promise<FormData> {
  const { headers, body } = report.build();
  return new Response(new Uint8Array(body), { headers }).formData();
}

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describe('CrashReport', () => {
  it('writes annotations, extra and dumps that a form parser understands', async () => {
    const form = await parse(
      new CrashReport()
        .withAnnotation('ProductName', 'Firefox')
        .withAnnotations({ Comments: 'grüße\r\n🦊', Empty: '' })
        .withExtra({ Version: '152.0', Nested: { a: [1] } })
        .withDump('upload_file_minidump', everyByte)
        .withDump('memory report', everyByte, { filename: 'a "b".gz', contentType: 'x/y' }),
    );

    expect(form.get('ProductName')).toBe('Firefox');
    expect(form.get('Comments')).toBe('grüße\r\n🦊');
    expect(form.get('Empty')).toBe('');

    const extra = form.get('extra') as File;
    expect([extra.name, extra.type]).toEqual(['extra.json', 'application/json']);
    expect(JSON.parse(await extra.text())).toEqual({ Version: '152.0', Nested: { a: [1] } });

    const dump = form.get('upload_file_minidump') as File;
    expect([dump.name, dump.type]).toEqual([
      'upload_file_minidump.dmp',
      'application/octet-stream',
    ]);
    expect(Buffer.from(await dump.arrayBuffer())).toEqual(everyByte);

    const report = form.get('memory report') as File;
    expect([report.name, report.type]).toEqual(['a "b".gz', 'x/y']);
  });

  it('does not change the report that it was made from', () => {
    const first = new CrashReport().withAnnotation('A', '1');
    const before = first.build().body.toString();
    first.withAnnotation('B', '2').gzipped();
    expect(first.build().body.toString()).toBe(before);
  });

  it('keeps parts of the same name, in order', async () => {
    const form = await parse(new CrashReport().withAnnotation('A', '1').withAnnotation('A', '2'));
    expect(form.getAll('A')).toEqual(['1', '2']);
  });

  it('uses a boundary that occurs in a part only when it is given one', async () => {
    const inner = new CrashReport().withAnnotation('A', '1').build().body;
    const report = new CrashReport().withDump('upload_file_minidump', inner);
    const form = await parse(report);
    const dump = form.get('upload_file_minidump') as File;
    expect(Buffer.from(await dump.arrayBuffer())).toEqual(inner);

    const { headers } = report.withBoundary('simple').asMixed().build();
    expect(headers['Content-Type']).toBe('multipart/mixed; boundary=simple');
  });

  it('sends the string of a broken extra unchanged', async () => {
    const form = await parse(new CrashReport().withExtra('{"a":', { filename: 'blob' }));
    const extra = form.get('extra') as File;
    expect([extra.name, await extra.text()]).toEqual(['blob', '{"a":']);
  });

  it.each([
    ['gzip', gunzipSync],
    ['x-gzip', gunzipSync],
    ['deflate', inflateSync],
    ['br', brotliDecompressSync],
    ['zstd', zstdDecompressSync],
    ['identity', (body: Buffer) => body],
  ] as const)('compresses with %s', (encoding, decode) => {
    const plain = new CrashReport().withDump('upload_file_minidump', everyByte);
    const { headers, body } = plain.encoded(encoding).build();
    expect(headers['Content-Encoding']).toBe(encoding);
    expect(headers['Content-Length']).toBe(String(body.length));
    expect(Buffer.from(decode(body))).toEqual(plain.build().body);
  });

  it('sets no Content-Encoding for a plain body', () => {
    expect(new CrashReport().build().headers).not.toHaveProperty('Content-Encoding');
  });

  it.each<[ClientStyle, RegExp, string, string]>([
    ['firefox', /boundary=----geckoformboundary[0-9a-f]{32}$/, '"a%22b%"', ''],
    ['crashpad', /boundary=---MultipartBoundary-[0-9A-Za-z]{32}---$/, '"a%22b%25"', ''],
    ['breakpad', /boundary=-{27}[0-9A-F]{16}$/, '"a"b%"', ''],
    ['fenix', /boundary=-{27}[0-9A-F]{16}$/, 'a"b%', '\r\n'],
  ])('writes boundary, names and end in the style of %s', (style, contentType, name, beforeEnd) => {
    const { headers, body } = new CrashReport()
      .inStyleOf(style)
      .withAnnotation('a"b%', 'v')
      .build();
    expect(headers['Content-Type']).toMatch(contentType);
    const boundary = headers['Content-Type']?.split('boundary=')[1] ?? '';
    expect(body.toString()).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name=${name}\r\n\r\nv\r\n${beforeEnd}--${boundary}--\r\n`,
    );
  });

  it('writes a part without a name', () => {
    const { body } = new CrashReport().withPart({ body: Buffer.from('v') }).build();
    expect(body.toString()).toContain('Content-Disposition: form-data\r\n\r\nv\r\n');
  });
});
