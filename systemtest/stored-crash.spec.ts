import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { acceptableReports, type MarkedReport } from './marked-report.js';
import { differences, type StoredCrash } from './stored-crash.js';
import type { Acknowledged } from './test-run.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';

function sentReport(name: string): Acknowledged {
  const source = {
    runId: 'run',
    now: new Date('2016-09-18T12:00:00Z'),
    annotations: {},
    randomBytes: (size: number) => Buffer.alloc(size, name),
  };
  const report = acceptableReports(source).find((candidate) => candidate.name === name);
  if (!report) throw new Error(`there is no report ${name}`);
  return { report, crashId, verdict: 'accept', traceId: '' };
}

const plain = sentReport('plain');

function checksums({ dumps }: MarkedReport, algorithm: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dumps).map(([name, bytes]) => [
      name,
      createHash(algorithm).update(bytes).digest('hex'),
    ]),
  );
}

function rawCrashOf({ report }: Acknowledged, algorithm = 'sha256') {
  return {
    ...report.annotations,
    metadata: {
      dump_checksums: checksums(report, algorithm),
      payload: report.annotationsAs === 'extra' ? 'json' : 'multipart',
      payload_compressed: report.encoding === 'identity' ? '0' : '1',
      user_agent: 'antenna-systemtest',
    },
    submitted_timestamp: '2016-09-18T12:00:00.000000+00:00',
    uuid: crashId,
    version: 2,
  };
}

function stored(sent: Acknowledged, rawCrash: object): StoredCrash {
  const sorted = Object.fromEntries(
    Object.entries(rawCrash).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return {
    rawCrash: Buffer.from(JSON.stringify(sorted)),
    dumpNames: Buffer.from(JSON.stringify(Object.keys(sent.report.dumps).toSorted())),
    dumps: new Map(Object.entries(sent.report.dumps)),
  };
}

describe('differences of a correctly stored crash', () => {
  it.each(['plain', 'json-extra', 'gzip', 'no-dump'])('are none: %s', (name) => {
    const sent = sentReport(name);

    expect(differences(sent, stored(sent, rawCrashOf(sent)))).toEqual([]);
  });

  it('are none with either kind of checksum', () => {
    expect(differences(plain, stored(plain, rawCrashOf(plain, 'md5')))).toEqual([]);
  });
});

describe('differences of another crash', () => {
  const good = rawCrashOf(plain);

  it.each([
    [{ ...good, ProductName: 'Fenix' }, 'annotation ProductName differs from what was sent'],
    [{ ...good, Email: 'somebody' }, 'annotation Email was not sent'],
    [{ ...good, version: 1 }, 'version is 1 instead of 2'],
    [{ ...good, uuid: 'other' }, `uuid is "other" instead of "${crashId}"`],
    [
      { ...good, submitted_timestamp: '2016-09-19T00:00:00.000000+00:00' },
      'the day of submitted_timestamp is "20160919" instead of "20160918"',
    ],
    [
      { ...good, metadata: { ...good.metadata, payload_compressed: '1' } },
      'metadata.payload_compressed is "1" instead of "0"',
    ],
  ])('include its raw crash %#', (rawCrash, difference) => {
    expect(differences(plain, stored(plain, rawCrash))).toEqual([difference]);
  });

  it('include its dumps', () => {
    const crash = stored(plain, good);
    const dumps = new Map([...crash.dumps, ['upload_file_minidump', Buffer.from('other')]]);

    expect(differences(plain, { ...crash, dumps })).toEqual([
      'dump upload_file_minidump differs from what was sent',
    ]);
  });

  it('include its checksums', () => {
    const metadata = { ...good.metadata, dump_checksums: {} };

    expect(differences(plain, stored(plain, { ...good, metadata }))).toEqual([
      'the checksum of dump upload_file_minidump is wrong',
      'the checksum of dump upload_file_minidump_browser is wrong',
    ]);
  });

  it('include its dump names and the order of its keys', () => {
    const crash = { ...stored(plain, good), dumpNames: Buffer.from('[]') };

    expect(differences(plain, crash)).toEqual(['the dump names are []']);
    const unsorted = { ...stored(plain, good), rawCrash: Buffer.from(JSON.stringify(good)) };
    expect(differences(plain, { ...unsorted, rawCrash: reversed(unsorted.rawCrash) })).toEqual([
      'the keys of the raw crash are not sorted',
    ]);
  });
});

function reversed(rawCrash: Buffer): Buffer {
  const entries = Object.entries(JSON.parse(rawCrash.toString()) as object);
  return Buffer.from(JSON.stringify(Object.fromEntries(entries.toReversed())));
}
