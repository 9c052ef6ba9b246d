import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest();
});
afterAll(async () => await ingest.close());

const bytes = Buffer.concat([Buffer.from('MDMP'), randomBytes(5000)]);

function nested(...parts: readonly string[]): Buffer {
  const wrapped = parts.map((part) => `--inner-boundary\r\n${part}\r\n`);
  return Buffer.from([...wrapped, '--inner-boundary--\r\n'].join(''));
}

async function dumpOf(body: Buffer): Promise<string | undefined> {
  const { answer } = await ingest.submit(aReport().withDump('upload_file_minidump', body));
  return (await ingest.stored(answer)).dumps.get('upload_file_minidump')?.toString('latin1');
}

describe('the dumps of a report', () => {
  it('are stored byte for byte in their original order', async () => {
    const dumps = [
      ['upload_file_minidump', Buffer.concat([Buffer.from('MDMP'), randomBytes(3_000_000)])],
      ['upload_file_minidump_browser', randomBytes(1)],
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

  it.each(['C:\\Users\\me\\x.dmp', '../../../etc/passwd', '', 'a"b', '/dev/null\0'])(
    'can have the filename %j, which is ignored',
    async (filename) => {
      const report = aReport().withDump('m', bytes, { filename });
      const { dumps, notes, text } = await ingest.stored((await ingest.submit(report)).answer);
      expect([...dumps.keys()]).toEqual(['m']);
      expect(notes).toEqual([]);
      expect(text).not.toContain('passwd');
    },
  );
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

describe('a multipart body inside upload_file_minidump', () => {
  const file = 'Content-Disposition: form-data; name="x"; filename="x.dmp"\r\n\r\nMDMP nested';
  const text = 'Content-Disposition: form-data; name="prod"\r\n\r\nElectron';

  it('is replaced by its first file', async () => {
    expect(await dumpOf(nested(text, file, file.replace('nested', 'second')))).toBe('MDMP nested');
    expect(await dumpOf(nested(file))).toBe('MDMP nested');
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

  it('is refused when it is truncated', async () => {
    const body = nested(file).subarray(0, -10);
    const { outcome } = await ingest.submit(aReport().withDump('upload_file_minidump', body));
    expect(outcome).toBe('malformed invalid_payload_structure');
  });
});
