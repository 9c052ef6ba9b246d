import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { field, multipart, part, postBody } from '../../test/raw-post.js';
import type { StoredReport } from '../../test/stored-report.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest();
});
afterAll(async () => await ingest.close());

function nested(...parts: readonly string[]): Buffer {
  const wrapped = parts.map((inner) => `--inner-boundary\r\n${inner}\r\n`);
  return Buffer.from([...wrapped, '--inner-boundary--\r\n'].join(''));
}

function innerField(name: string, value: string): string {
  return `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
}

function innerFile(name: string, value: string): string {
  const disposition = `Content-Disposition: form-data; name="${name}"; filename="${name}.dmp"`;
  return `${disposition}\r\nContent-Type: application/octet-stream\r\n\r\n${value}`;
}

function attachment(filename: string, value: string): string {
  return `Content-Disposition: attachment; filename="${filename}"\r\n\r\n${value}`;
}

async function storedWith(body: Buffer): Promise<StoredReport> {
  const { answer } = await ingest.submit(aReport().withDump('upload_file_minidump', body));
  return await ingest.stored(answer);
}

async function dumpOf(body: Buffer): Promise<string | undefined> {
  return (await storedWith(body)).dumps.get('upload_file_minidump')?.toString('latin1');
}

const file = innerFile('x', 'MDMP nested');

describe('a multipart body inside upload_file_minidump', () => {
  it('is replaced by its first file', async () => {
    expect(await dumpOf(nested(innerField('prod', 'Electron'), file))).toBe('MDMP nested');
    expect(await dumpOf(nested(file))).toBe('MDMP nested');
  });

  it('gives its fields as annotations, unless the report has one of that name', async () => {
    const fields = [
      innerField('ptype', 'renderer'),
      innerField('ProductName', 'Electron'),
      innerField('uuid', 'x'),
      innerField('Later', 'inner'),
    ];
    const report = aReport()
      .withDump('upload_file_minidump', nested(...fields, file))
      .withAnnotation('Later', 'outer');
    const { annotations, notes } = await ingest.stored((await ingest.submit(report)).answer);
    expect(annotations).toMatchObject({
      ProductName: 'Firefox',
      ptype: 'renderer',
      Later: 'outer',
    });
    expect(notes).toEqual([
      'annotations added from nested multipart: 1',
      'annotations dropped from nested multipart: 3',
    ]);
  });

  it('gives its later files as dumps', async () => {
    const { dumps, notes } = await storedWith(
      nested(file, innerFile('log', 'text'), innerFile('dump', 'a'), innerFile('log', 'b')),
    );
    expect([...dumps].map(([name, dump]) => [name, dump.toString()])).toEqual([
      ['upload_file_minidump', 'MDMP nested'],
      ['log', 'text'],
      ['upload_file_minidump_2', 'a'],
      ['log_2', 'b'],
    ]);
    expect(notes).toEqual([
      'dump stored as upload_file_minidump_2: upload_file_minidump is taken',
      'upload_file_minidump_2 is not a minidump',
      'dump stored as log_2: log is taken',
    ]);
  });

  it('is stored unchanged in any other dump', async () => {
    const body = nested(file);
    const { answer } = await ingest.submit(aReport().withDump('other', body));
    expect((await ingest.stored(answer)).dumps.get('other')?.equals(body)).toBe(true);
  });

  it.each(['', '-', '--', '--MDMP', '--inner\r\nno header', 'MDMP--inner'])(
    'is not detected in %j, which is stored unchanged',
    async (body) => {
      expect(await dumpOf(Buffer.from(body))).toBe(body);
    },
  );

  it('is stored unchanged when it has no file', async () => {
    const body = nested(innerField('A', 'b'));
    expect(await dumpOf(body)).toBe(body.toString());
  });

  const whole = nested(innerField('ptype', 'renderer'), file).toString();
  it.each([
    ['in its closing boundary', whole.slice(0, -10)],
    ['in its dump', whole.slice(0, whole.indexOf('nested'))],
    ['in the headers of its dump', whole.slice(0, whole.indexOf('octet-stream'))],
    ['in its fields', whole.slice(0, whole.indexOf('renderer'))],
  ])('is stored as it was sent, with a note, when it is cut %s', async (_case, cut) => {
    const { dumps, notes } = await storedWith(Buffer.from(cut));
    expect(dumps.get('upload_file_minidump')?.toString()).toBe(cut);
    expect(notes).toEqual([
      'nested multipart is damaged: upload_file_minidump',
      'upload_file_minidump is not a minidump',
    ]);
  });

  it('keeps what came of a large dump that is cut, with a note', async () => {
    const dump = `MDMP${'x'.repeat(200_000)}`;
    const cut = nested(innerField('ptype', 'renderer'), innerFile('x', dump)).subarray(0, -10);
    const { annotations, dumps, notes } = await storedWith(cut);
    const came = Buffer.from(`${dump}\r\n--inner-bo`);
    expect(dumps.get('upload_file_minidump')?.equals(came)).toBe(true);
    expect(annotations).toMatchObject({ ptype: 'renderer' });
    expect(notes).toEqual([
      'nested multipart is damaged: upload_file_minidump',
      'annotations added from nested multipart: 1',
    ]);
  });

  it('drops the parts after a thousand, with a note', async () => {
    const fields = Array.from({ length: 2000 }, (_, n) => innerField(`A${n}`, 'x'));
    const dump = `MDMP${'x'.repeat(100_000)}`;
    const { annotations, dumps, notes } = await storedWith(nested(innerFile('x', dump), ...fields));
    expect(dumps.get('upload_file_minidump')?.toString()).toBe(dump);
    expect(Object.keys(annotations).filter((name) => name.startsWith('A'))).toHaveLength(999);
    expect(notes).toContain('nested multipart is damaged: upload_file_minidump');
  });
});

describe('several files in one part of type multipart/mixed', () => {
  const type = 'Content-Type: multipart/mixed; boundary=inner-boundary';

  it.each(['upload_file_minidump', 'logs'])('are all stored (%s)', async (name) => {
    const body = nested(attachment('a.dmp', 'MDMP a'), attachment('b.txt', 'MDMP b'));
    const { answer } = await ingest.exchange([
      postBody(
        multipart(
          field('ProductName', 'Firefox'),
          part([`Content-Disposition: form-data; name="${name}"`, type], body),
        ),
      ),
    ]);
    const { dumps, notes, metadata } = await ingest.stored(answer);
    expect([...dumps].map(([dump, bytes]) => [dump, bytes.toString()])).toEqual([
      [name, 'MDMP a'],
      [`${name}_2`, 'MDMP b'],
    ]);
    expect(notes.slice(0, 2)).toEqual([
      `unknown content type: ${name} multipart/mixed`,
      `dump stored as ${name}_2: ${name} is taken`,
    ]);
    expect(metadata['dump_filenames']).toEqual({ [name]: 'a.dmp', [`${name}_2`]: 'b.txt' });
  });
});
