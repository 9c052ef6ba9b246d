import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { field, multipart, part, postBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest();
});
afterAll(async () => await ingest.close());

const bytes = Buffer.concat([Buffer.from('MDMP'), randomBytes(5000)]);

describe('the dumps of a report', () => {
  it('are stored byte for byte in their original order', async () => {
    const dumps = [
      ['upload_file_minidump', Buffer.concat([Buffer.from('MDMP'), randomBytes(3_000_000)])],
      ['upload_file_minidump_browser', Buffer.from('MDMP')],
      ['one_byte', randomBytes(1)],
      ['memory_report', Buffer.from('\r\n--\r\n\0\r\n')],
      ['empty', Buffer.alloc(0)],
    ] as const;
    const report = dumps.reduce((all, [name, dump]) => all.withDump(name, dump), aReport());
    const { dumps: stored, notes } = await ingest.stored((await ingest.submit(report)).answer);

    expect([...stored.keys()]).toEqual(dumps.map(([name]) => name));
    for (const [name, dump] of dumps) expect(stored.get(name)?.equals(dump)).toBe(true);
    expect(notes).toEqual([]);
  });

  it.each([
    ['application/vnd.tcpdump.pcap', 'unknown content type: m application/vnd.tcpdump.pcap'],
    ['Application/X-Dmp; v=1', 'unknown content type: m application/x-dmp'],
    ['text/plain', 'unknown content type: m text/plain'],
    ['bad\u00fftype', 'unknown content type: m bad??type'],
  ])('are stored with a note when their type is %s', async (contentType, note) => {
    const report = aReport().withDump('m', bytes, { contentType });
    const { dumps, notes } = await ingest.stored((await ingest.submit(report)).answer);
    expect(dumps.get('m')?.equals(bytes)).toBe(true);
    expect(notes).toEqual([note]);
  });

  it('do not need a filename when their type is application/octet-stream', async () => {
    const part = { name: 'm', contentType: 'application/octet-stream', body: bytes };
    const { dumps, notes } = await ingest.stored(
      (await ingest.submit(aReport().withPart(part))).answer,
    );
    expect(dumps.get('m')?.equals(bytes)).toBe(true);
    expect(notes).toEqual([]);
  });

  it.each([
    ['C:\\Users\\me\\x y.dmp', 'x y.dmp'],
    ['../../../etc/settings.json', 'settings.json'],
    ['a/b\\c', 'c'],
    ['größe 日本.txt', 'größe 日本.txt'],
    ['a%22b', 'a"b'],
    ['/dev/null\0', 'null?'],
    ['a\u202Egpj.exe', 'a?gpj.exe'],
    ['\u{1f600}'.repeat(200), '\u{1f600}'.repeat(100)],
    ['x'.repeat(5000), 'x'.repeat(100)],
  ])('keep the last segment of the filename %j in the metadata', async (filename, kept) => {
    const report = aReport().withDump('m', bytes, { filename });
    const { dumps, notes, metadata, text } = await ingest.stored(
      (await ingest.submit(report)).answer,
    );
    expect([...dumps.keys()]).toEqual(['m']);
    expect(notes).toEqual([]);
    expect(metadata['dump_filenames']).toEqual({ m: kept });
    expect(text).not.toMatch(/etc|Users/);
  });

  it.each(['', 'm', 'folder/', 'folder/m'])(
    'keep no filename when it is %j, which says nothing',
    async (filename) => {
      const report = aReport().withDump('m', bytes, { filename });
      const { metadata } = await ingest.stored((await ingest.submit(report)).answer);
      expect(Object.keys(metadata)).not.toContain('dump_filenames');
    },
  );

  it('keep the filename of a dump with the name of a property of JavaScript objects', async () => {
    const report = aReport().withDump('__proto__', bytes, { filename: 'f' });
    const { text } = await ingest.stored((await ingest.submit(report)).answer);
    expect(text).toContain('"dump_filenames":{"__proto__":"f"}');
  });
});

describe('a dump that should be a minidump', () => {
  it.each([
    ['upload_file_minidump', '', 'is empty', 'empty'],
    ['upload_file_minidump', '<html>502 Bad Gateway</html>', 'is not a minidump', 'not_a_minidump'],
    ['upload_file_minidump', 'MDM', 'is not a minidump', 'not_a_minidump'],
    ['upload_file_minidump_browser', 'PMDM', 'is not a minidump', 'not_a_minidump'],
  ])('is %s with %j: stored with a note, and counted', async (name, body, note, reason) => {
    const count = async (): Promise<number | undefined> =>
      await ingest.telemetry.value('antenna.ingest.minidumps_invalid', { reason });
    const before = (await count()) ?? 0;
    const { answer } = await ingest.submit(aReport().withDump(name, Buffer.from(body)));
    const { dumps, notes } = await ingest.stored(answer);
    expect(dumps.get(name)?.toString()).toBe(body);
    expect(notes).toEqual([`${name} ${note}`]);
    expect(await count()).toBe(before + 1);
  });

  it('is recognized when it arrives byte by byte', async () => {
    const headers = [
      'Content-Disposition: form-data; name="upload_file_minidump"; filename="x"',
      'Content-Type: application/octet-stream',
    ];
    const request = postBody(multipart(field('ProductName', 'Firefox'), part(headers, 'MDMP')));
    const bytewise = Array.from(request, (_byte, at) => request.subarray(at, at + 1));
    const { answer } = await ingest.exchange(bytewise);
    expect((await ingest.stored(answer)).notes).toEqual([]);
  });

  it('is only one of these names', async () => {
    const report = aReport().withDump('memory_report', Buffer.from('x'));
    expect((await ingest.stored((await ingest.submit(report)).answer)).notes).toEqual([]);
  });
});

describe('the name of a dump', () => {
  it.each([
    ['upload file.minidump-1', 'uploadfileminidump1'],
    ['../../v1/raw_crash/20261122/x', 'v1raw_crash20261122x'],
    ['größe', 'gre'],
    ['nul\0l', 'null'],
    [`a${'b'.repeat(40)}`, `a${'b'.repeat(29)}`],
    ['__proto__', '__proto__'],
  ])('is changed from %j to %s', async (name, stored) => {
    const { answer } = await ingest.submit(aReport().withDump(name, bytes));
    const { dumps, notes } = await ingest.stored(answer);
    expect([...dumps.keys()]).toEqual([stored]);
    const changed = name.replaceAll('\0', '') !== stored;
    expect(notes).toEqual(changed ? [`dump stored as ${stored}: the name sent is not valid`] : []);
  });

  it.each(['dump', 'dump_names', 'raw_crash', 'processed_crash', 'd/u/m/p', '..', '///', 'ä'])(
    'is refused when it is %j',
    async (name) => {
      const { answer, outcome } = await ingest.submit(aReport().withDump(name, bytes));
      expect(answer.status).toBe(400);
      expect(answer.body).toBe('Discarded=malformed_invalid_dump_name');
      expect(outcome).toBe('malformed invalid_dump_name');
    },
  );

  it('gets a number and a note when it is taken, so that no dump is overwritten', async () => {
    const names = ['m', 'm', 'm!', 'm_2', 'b'.repeat(30), 'b'.repeat(31)];
    const report = names.reduce(
      (all, name, index) => all.withDump(name, Buffer.from(`dump ${index}`)),
      aReport(),
    );
    const { dumps, notes } = await ingest.stored((await ingest.submit(report)).answer);
    expect([...dumps].map(([name, dump]) => [name, dump.toString()])).toEqual([
      ['m', 'dump 0'],
      ['m_2', 'dump 1'],
      ['m_3', 'dump 2'],
      ['m_2_2', 'dump 3'],
      ['b'.repeat(30), 'dump 4'],
      [`${'b'.repeat(28)}_2`, 'dump 5'],
    ]);
    expect(notes).toEqual([
      'dump stored as m_2: m is taken',
      'dump stored as m_3: the name sent is not valid, m is taken',
      'dump stored as m_2_2: m_2 is taken',
      `dump stored as ${'b'.repeat(28)}_2: the name sent is not valid, ${'b'.repeat(30)} is taken`,
    ]);
  });
});
