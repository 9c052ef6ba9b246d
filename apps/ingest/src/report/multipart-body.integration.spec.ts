import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport, type ClientStyle } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { boundary, field, multipart, part, postBody, smallBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest();
});
afterAll(async () => await ingest.close());

const dump = Buffer.concat([Buffer.from('MDMP'), randomBytes(70_000)]);

async function annotationsOf(body: Buffer): Promise<unknown> {
  const { answer } = await ingest.exchange([postBody(body)]);
  return (await ingest.stored(answer)).annotations;
}

function typed(name: string, type: string): Buffer {
  return part([`Content-Disposition: form-data; name="${name}"`, `Content-Type: ${type}`], 'x');
}

function encoded(transferEncoding: string): Buffer {
  const disposition = 'Content-Disposition: form-data; name="ProductName"';
  return multipart(part([disposition, `Content-Transfer-Encoding: ${transferEncoding}`], 'Zg=='));
}

function withHeader(bytes: number): Buffer {
  const headers = [
    'Content-Disposition: form-data; name="ProductName"',
    `X-Padding: ${'x'.repeat(bytes)}`,
  ];
  return multipart(part(headers, 'Firefox'));
}

function withParts(count: number): Buffer {
  return multipart(...Array.from({ length: count }, (_, n) => field(`A${n}`, 'x')));
}

describe('a multipart body', () => {
  it.each<ClientStyle>(['firefox', 'crashpad', 'breakpad', 'fenix'])(
    'is accepted from %s',
    async (style: ClientStyle) => {
      const report = aReport()
        .withAnnotation('Notes', 'two\r\nlines')
        .withDump('upload_file_minidump', dump, { filename: 'C:\\Users\\a b\\mini".dmp' })
        .withAnnotation('Last', 'one')
        .inStyleOf(style);
      const { answer, outcome } = await ingest.submit(report);

      expect(outcome).toBe('accepted');
      const { annotations, dumps, notes } = await ingest.stored(answer);
      expect(annotations).toEqual({
        ProductName: 'Firefox',
        Version: '152.0a1',
        ReleaseChannel: 'nightly',
        Vendor: 'Mozilla',
        Notes: 'two\r\nlines',
        Last: style === 'fenix' ? 'one\r\n' : 'one',
      });
      expect([...dumps.keys()]).toEqual(['upload_file_minidump']);
      expect(dumps.get('upload_file_minidump')?.equals(dump)).toBe(true);
      expect(notes).toEqual([]);
    },
  );

  it('keeps the extra line end at the end of a dump of Fenix', async () => {
    const report = aReport().withDump('upload_file_minidump', dump).inStyleOf('fenix');
    const { dumps } = await ingest.stored((await ingest.submit(report.asMixed())).answer);
    const asSent = Buffer.concat([dump, Buffer.from('\r\n')]);
    expect(dumps.get('upload_file_minidump')?.equals(asSent)).toBe(true);
  });

  it.each([
    ['name=ProductName', 'ProductName'],
    ['name="ProductName"', 'ProductName'],
    ['name=ProductName; other=1', 'ProductName'],
    ['NAME="ProductName"', 'ProductName'],
    ['name="a%22b%0D%0Ac"', 'a"b\r\nc'],
    ['name="100%25"', '100%'],
    ['name="100%"', '100%'],
    ['name="with \\"quotes\\""', 'with "quotes"'],
    [`name="${Buffer.from('größe').toString('latin1')}"`, 'größe'],
  ])('can have a part with %s', async (parameter, name) => {
    const body = multipart(part([`Content-Disposition: form-data; ${parameter}`], 'x'));
    expect(await annotationsOf(body)).toEqual({ [name]: 'x' });
  });

  it('has annotations in parts without a Content-Type or with text/plain', async () => {
    const body = multipart(
      field('A', 'x'),
      typed('B', 'text/plain'),
      typed('C', 'Text/Plain; charset=UTF-8'),
    );
    expect(await annotationsOf(body)).toEqual({ A: 'x', B: 'x', C: 'x' });
  });

  it('can have a preamble and an epilogue', async () => {
    const body = Buffer.concat([
      Buffer.from('This is a message in MIME format.\r\n--not the boundary\r\n\r\n'),
      smallBody,
      Buffer.from(`epilogue\r\n--${boundary}\r\nContent-Disposition: form-data; name="B"\r\n\r\n`),
    ]);
    expect(await annotationsOf(body)).toEqual({ ProductName: 'Firefox' });
  });

  it.each(['binary', '8bit', '7BIT'])('can have a part in the transfer encoding %s', async (it) => {
    expect(await annotationsOf(encoded(it))).toEqual({ ProductName: 'Zg==' });
  });

  it('can end with its closing boundary, without a line end', async () => {
    expect(await annotationsOf(smallBody.subarray(0, -2))).toEqual({ ProductName: 'Firefox' });
  });

  it('can arrive byte by byte', async () => {
    const request = postBody(
      multipart(field('ProductName', 'Firefox'), field('B', `x--${boundary}`)),
    );
    const bytes = Array.from(request, (_byte, at) => request.subarray(at, at + 1));
    const { answer, outcome } = await ingest.exchange(bytes);
    expect(outcome).toBe('accepted');
    expect((await ingest.stored(answer)).annotations).toEqual({
      ProductName: 'Firefox',
      B: `x--${boundary}`,
    });
  });
});

describe('an invalid multipart body', () => {
  const line = `--${boundary}\r\nContent-Disposition: form-data; name="ProductName"\r\n`;
  it.each<[string, Buffer | string]>([
    ['when no boundary is found', 'just text'],
    ['when only another boundary is found', smallBody.toString().replaceAll(boundary, 'abC')],
    ['when the final boundary is missing', smallBody.subarray(0, -6)],
    ['when it is truncated in a value', smallBody.subarray(0, -15)],
    ['when it is truncated in the headers of a part', line.slice(0, 30)],
    ['when it is truncated before the final dashes', smallBody.subarray(0, -3)],
    ['when its lines end in LF only', smallBody.toString().replaceAll('\r\n', '\n')],
    ['when a part header has no colon', `${line}Broken\r\n\r\nFirefox\r\n--${boundary}--\r\n`],
    ['when a part header has no name', `${line}: x\r\n\r\nFirefox\r\n--${boundary}--\r\n`],
    ['when its first boundary line ends in LF', smallBody.toString().replace('\r', '')],
    ['when its first boundary line goes on', smallBody.toString().replace('\r', ';x\r')],
    ['when a later boundary line ends in LF', `${line}\r\nFirefox\r\n--${boundary}\n${line}\r\nx`],
    ['when LF comes before a boundary', `${line}\r\nFirefox\n--${boundary}--\r\n`],
    ['when its preamble has the boundary', `text\n${smallBody.toString()}`],
    ['when a part is base64', encoded('base64')],
    ['when a part is quoted-printable', encoded('Quoted-Printable')],
    ['when a part header has a bare LF', `${line}A: b\nC: d\r\n\r\nx\r\n--${boundary}--\r\n`],
  ])('is refused as invalid_payload_structure: %s', async (_name, body) => {
    const { answer, outcome } = await ingest.exchange([postBody(body)]);
    expect(answer.status).toBe(400);
    expect(answer.body).toBe('Discarded=malformed_invalid_payload_structure');
    expect(outcome).toBe('malformed invalid_payload_structure');
  });
});

describe('the headers of a part', () => {
  it('are accepted with 9 KB', async () => {
    expect(await annotationsOf(withHeader(9000))).toEqual({ ProductName: 'Firefox' });
  });

  it('are refused with 20 KB', async () => {
    const { answer, outcome } = await ingest.exchange([postBody(withHeader(20_000))]);
    expect(answer.body).toBe('Discarded=malformed_invalid_payload_structure');
    expect(outcome).toBe('malformed invalid_payload_structure');
  });

  it('are refused when they never end', async () => {
    const body = Buffer.concat([withHeader(10).subarray(0, 80), Buffer.alloc(1 << 20, 'x')]);
    const { answer } = await ingest.exchange([postBody(body)]);
    expect(answer.body).toBe('Discarded=malformed_invalid_payload_structure');
  });
});

describe('the number of parts', () => {
  it('is accepted when it is 5,000', async () => {
    const { answer } = await ingest.exchange([postBody(withParts(5000))]);
    expect(Object.keys((await ingest.stored(answer)).annotations)).toHaveLength(5000);
  });

  it.each([5001, 20_000])('is refused when it is %d', async (count) => {
    const { answer, outcome } = await ingest.exchange([postBody(withParts(count))]);
    expect(answer.status).toBe(400);
    expect(answer.body).toBe('Discarded=malformed_too_many_parts');
    expect(outcome).toBe('malformed too_many_parts');
  });
});
