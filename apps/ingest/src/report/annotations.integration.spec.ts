import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport, CrashReport } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { field, multipart, part, postBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest();
});
afterAll(async () => await ingest.close());

async function storedOf(...parts: readonly Buffer[]) {
  const { answer } = await ingest.exchange([postBody(multipart(...parts))]);
  const { annotations, notes } = await ingest.stored(answer);
  return { annotations, notes };
}

const product = field('ProductName', 'Firefox');

describe('a key/value annotation', () => {
  it('is stored unchanged with any characters', async () => {
    const value = 'ä 日本 🦊 "quotes" \\ \n\r\n\t\u2028 \u{10ffff}';
    expect(await storedOf(field('Any', value))).toEqual({ annotations: { Any: value }, notes: [] });
  });

  it('is stored when it is empty', async () => {
    expect((await storedOf(field('Empty', ''))).annotations).toEqual({ Empty: '' });
  });

  it('is dropped with a note when its value is not UTF-8', async () => {
    const bytes = Buffer.from([0x41, 0xff, 0xfe, 0x42]);
    expect(await storedOf(product, field('Bad', bytes))).toEqual({
      annotations: { ProductName: 'Firefox' },
      notes: ['dropped annotation Bad: not UTF-8'],
    });
  });

  it.each([
    ['utf-8', Buffer.from('größe'), 'größe', []],
    ['us-ascii', Buffer.from('größe'), 'größe', []],
    ['ISO-8859-1', Buffer.from('größe', 'latin1'), 'größe', []],
    ['"windows-1252"', Buffer.from([0x80, 0x31]), '€1', []],
    ['utf-16le', Buffer.from('日本', 'utf16le'), '日本', []],
    ['shift_jis', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), '日本', []],
    [
      'Shift_JIS',
      Buffer.from([0x41, 0x81]),
      'A\ufffd',
      ['annotation V: some bytes are not shift_jis'],
    ],
    ['no\u00ffsuch', Buffer.from('größe'), 'größe', ['annotation V: unknown charset no?such']],
  ])('is decoded from the charset %s', async (charset, value, text, notes) => {
    const headers = [
      'Content-Disposition: form-data; name="V"',
      `Content-Type: text/plain; charset=${charset}`,
    ];
    expect(await storedOf(part(headers, value))).toEqual({ annotations: { V: text }, notes });
  });

  it('is dropped with a note when its charset is unknown and it is not UTF-8', async () => {
    const headers = [
      'Content-Disposition: form-data; name="V"',
      'Content-Type: text/plain; charset=utf-7',
    ];
    expect((await storedOf(product, part(headers, Buffer.from([0xff])))).notes).toEqual([
      'dropped annotation V: unknown charset utf-7, not UTF-8',
    ]);
  });

  it('can have the name _charset_, which does not change other parts', async () => {
    expect(await storedOf(field('_charset_', 'utf-16le'), field('A', 'bc'))).toEqual({
      annotations: { _charset_: 'utf-16le', A: 'bc' },
      notes: [],
    });
  });

  it('counts as it is stored, when that is longer than it was sent', async () => {
    const small = await startIngestInTest({
      env: { MAX_ANNOTATION: '1KiB', MAX_ANNOTATIONS: '2KiB' },
    });
    const headers = [
      'Content-Disposition: form-data; name="V"',
      'Content-Type: text/plain; charset=windows-1252',
    ];
    const body = multipart(product, part(headers, Buffer.alloc(500, 0x80)));
    const { answer } = await small.exchange([postBody(body)]);
    expect((await small.stored(answer)).notes).toEqual([
      'dropped annotation V: 1500 bytes; the limit is 1024',
    ]);
    await small.close();
  });

  it('is dropped with a note when its name is not UTF-8', async () => {
    expect(await storedOf(product, field('B\u00ff\u00fe', 'x'))).toEqual({
      annotations: { ProductName: 'Firefox' },
      notes: ['dropped a part: its name is not UTF-8'],
    });
  });

  it.each([
    ['form-data'],
    ['form-data; name=""'],
    ['form-data; filename="f"'],
    ['attachment; x=y'],
  ])('is dropped with a note when it has no name (%s)', async (disposition) => {
    const nameless = part([`Content-Disposition: ${disposition}`], 'x');
    expect(await storedOf(product, nameless)).toEqual({
      annotations: { ProductName: 'Firefox' },
      notes: ['dropped a part: it has no name'],
    });
  });

  it('is dropped with a note when it has no headers', async () => {
    expect((await storedOf(product, part([], 'x'))).notes).toEqual([
      'dropped a part: it has no name',
    ]);
  });

  it('keeps null bytes in its value but not in its name', async () => {
    expect((await storedOf(field('Nu\0ll\0', 'a\0b\0'))).annotations).toEqual({ Null: 'a\0b\0' });
  });

  it('has no name when its name is only null bytes', async () => {
    expect((await storedOf(product, field('\0\0', 'x'))).annotations).toEqual({
      ProductName: 'Firefox',
    });
  });

  it('is overwritten by a repeated one, with a note', async () => {
    const parts = ['1', '2', '3'].map((value) => field('Twice', value));
    expect(await storedOf(...parts)).toEqual({
      annotations: { Twice: '3' },
      notes: [
        'repeated annotation Twice: the last wins',
        'repeated annotation Twice: the last wins',
      ],
    });
  });

  it('can have the name of any property of JavaScript objects', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', 'length'];
    const { annotations } = await storedOf(...names.map((name) => field(name, `is ${name}`)));
    expect(new Map(Object.entries(annotations))).toEqual(
      new Map(names.map((name) => [name, `is ${name}`])),
    );
  });

  it('cannot replace the fields that the collector adds, and leaves a note', async () => {
    const { answer } = await ingest.exchange([
      postBody(
        multipart(
          product,
          field('version', '1'),
          field('submitted_timestamp', 'yesterday'),
          field('metadata', 'mine'),
        ),
      ),
    ]);
    const { annotations, metadata, notes, submittedAt } = await ingest.stored(answer);
    expect(annotations).toEqual({ ProductName: 'Firefox' });
    expect(notes).toEqual([
      "annotation metadata replaced by the collector's: mine",
      "annotation submitted_timestamp replaced by the collector's: yesterday",
      "annotation version replaced by the collector's: 1",
    ]);
    expect(metadata['throttle_rule']).toBe('accept_everything');
    expect(submittedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
  });
});

describe('a JSON annotation with the name of a field of the collector', () => {
  it.each([
    ['"6\u00f66.0"', ': 6?6.0'],
    ['66.0', ': 66.0'],
    ['true', ': true'],
    ['null', ''],
    ['{"a":[]}', ''],
    [`"${'x'.repeat(5000)}"`, `: ${'x'.repeat(100)}`],
  ])('is replaced with a note: %s', async (json, value) => {
    const { answer } = await ingest.submit(
      new CrashReport().withExtra(`{"A":1,"version":${json}}`),
    );
    const { annotations, notes } = await ingest.stored(answer);
    expect(annotations).toEqual({ A: 1 });
    expect(notes).toEqual([`annotation version replaced by the collector's${value}`]);
  });
});

describe('annotations that must not be stored', () => {
  it('are removed, each with a note', async () => {
    const secrets = {
      Email: 'me@example.com',
      TelemetryClientId: 'c',
      TelemetryServerURL: 'u',
      TelemetrySessionId: 's',
    };
    const { answer } = await ingest.submit(
      new CrashReport().withAnnotations({ A: 'b', ...secrets }),
    );
    const { annotations, notes, text } = await ingest.stored(answer);
    expect(annotations).toEqual({ A: 'b' });
    expect(notes).toEqual(Object.keys(secrets).map((name) => `Removed ${name} from raw crash.`));
    expect(text).not.toContain('me@example.com');
  });

  it('are removed from JSON too', async () => {
    const { answer } = await ingest.submit(
      new CrashReport().withExtra({ A: 'b', Email: ['me@example.com'] }),
    );
    const { annotations, notes } = await ingest.stored(answer);
    expect(annotations).toEqual({ A: 'b' });
    expect(notes).toEqual(['Removed Email from raw crash.']);
  });

  it('are those of REMOVED_ANNOTATIONS', async () => {
    const other = await startIngestInTest({ env: { REMOVED_ANNOTATIONS: 'URL,Secret' } });
    const report = aReport().withAnnotations({ URL: 'x', Email: 'kept', Secret: 'y' });
    const { annotations, notes } = await other.stored((await other.submit(report)).answer);
    expect(annotations).toMatchObject({ Email: 'kept' });
    expect(Object.keys(annotations)).not.toContain('URL');
    expect(notes).toEqual(['Removed URL from raw crash.', 'Removed Secret from raw crash.']);
    await other.close();
  });
});

describe('a report without annotations', () => {
  it.each([
    ['and without parts', multipart()],
    ['but with a dump', new CrashReport().withDump('upload_file_minidump', Buffer.from('MDMP'))],
    ['with an empty JSON object', new CrashReport().withExtra('{}')],
    ['with only one that is not UTF-8', multipart(field('A', Buffer.from([0xff])))],
  ])('is refused: %s', async (_name, body) => {
    const { answer, outcome } = Buffer.isBuffer(body)
      ? await ingest.exchange([postBody(body)])
      : await ingest.submit(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toBe('Discarded=malformed_no_annotations');
    expect(outcome).toBe('malformed no_annotations');
  });
});

describe('the metadata of a raw crash', () => {
  it('says how the report was sent', async () => {
    const report = aReport().gzipped();
    const { answer } = await ingest.submit(report, { 'User-Agent': 'Breakpad/1.0 (Windows)' });
    const { metadata, header, crashId, submittedAt } = await ingest.stored(answer);
    expect(metadata).toEqual({
      collector_notes: [],
      dump_checksums: {},
      payload: 'multipart',
      payload_compressed: '1',
      payload_size: report.build().body.length,
      throttle_rule: 'accept_everything',
      user_agent: 'Breakpad/1.0 (Windows)',
    });
    expect(header).toMatchObject({ crashId, verdict: 'accept' });
    expect(submittedAt.slice(0, 19)).toBe(header.receivedAt.slice(0, 19));
    expect(crashId.slice(-6)).toBe(submittedAt.slice(2, 10).replaceAll('-', ''));
  });
});
