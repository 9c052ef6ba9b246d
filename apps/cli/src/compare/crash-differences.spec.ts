import { createHash } from 'node:crypto';
import { openDirectoryBlobStore } from '#antenna/blob-store';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { openStoredCrashes, type StoredCrash } from '#antenna/stored-crashes';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { crashDifferences } from './crash-differences.js';

const minidump = Buffer.from('MDMP');
const digest = (algorithm: string): string => createHash(algorithm).update(minidump).digest('hex');

interface Stored {
  /** JSON without braces, so that a test chooses the notation of values. */
  readonly annotations?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly names?: readonly string[] | undefined;
  readonly dumps?: Readonly<Record<string, Buffer>>;
}

const withDump = (checksum: unknown, bytes = minidump): Stored => ({
  names: ['upload_file_minidump'],
  dumps: { upload_file_minidump: bytes },
  metadata: { dump_checksums: { upload_file_minidump: checksum } },
});

describe('crashDifferences', () => {
  let directory: TemporaryDirectory;

  beforeEach(async () => {
    directory = await temporaryDirectory();
  });

  afterEach(() => directory.remove());

  async function stored(digit: string, crash: Stored): Promise<StoredCrash> {
    const id = `${digit}e1bb258-cbbf-4589-a673-34f800261120`;
    const { annotations = '"Version":"1"', metadata = {}, names = [], dumps = {} } = crash;
    const store = await openDirectoryBlobStore({ directory: directory.path });
    for (const [name, bytes] of Object.entries(dumps)) await store.put(dumpKey(id, name), bytes);
    const list = 'names' in crash && crash.names === undefined ? undefined : names;
    if (list) await store.put(dumpNamesKey(id), Buffer.from(JSON.stringify(list)));
    const rawCrash = `{${annotations},"metadata":${JSON.stringify(metadata)},"submitted_timestamp":"${digit}","uuid":"${id}"}`;
    await store.put(rawCrashKey(id), Buffer.from(rawCrash));
    const opened = await openStoredCrashes(directory.path, {
      region: undefined,
      s3Endpoint: undefined,
      s3PathStyle: false,
    });
    const found = await opened.find(id);
    if (!found) throw new Error('the crash is not stored');
    return found;
  }

  async function found(a: Stored, b: Stored): Promise<string[]> {
    const differences = await crashDifferences(await stored('a', a), await stored('b', b));
    return differences.map(({ kind, subject }) => `${kind} ${subject}`);
  }

  it('finds none between crashes that differ in id, time, order and algorithm', async () => {
    const a = { ...withDump(digest('sha256')), annotations: '"A":{"x":1,"y":[1]},"B":null' };
    const b = { ...withDump(digest('md5')), annotations: '"B":null,"A":{"y":[1],"x":1}' };
    expect(await found(a, b)).toEqual([]);
  });

  it.each([
    ['"K":"1"', '"K":"2"', 'value K'],
    ['"K":"1"', '"K":1', 'value_type K: string, number'],
    ['"K":null', '"K":[]', 'value_type K: null, array'],
    ['"K":{"x":1}', '"K":{"x":2}', 'value K'],
    ['"K":1.0', '"K":1', 'number_spelling K'],
    ['"K":18446744073709551616', '"K":18446744073709551617', 'value K'],
    ['"K":"1","L":0', '"K":"1"', 'key_only_in_a L'],
    ['"K":"1"', '"K":"1","__proto__":{}', 'key_only_in_b __proto__'],
    ['"K":"\\u202e\\u009b"', '"K":"1"', 'value K'],
  ])('finds what differs between %s and %s', async (a, b, expected) => {
    expect(await found({ annotations: a }, { annotations: b })).toEqual([expected]);
  });

  it('makes values printable and short', async () => {
    const a = await stored('a', { annotations: `"K":"\u202e\u009b${'x'.repeat(300)}"` });
    const [difference] = await crashDifferences(a, await stored('b', { annotations: '"K":"1"' }));
    expect(difference?.a).toMatch(/^"\\u202e\\u009bx{100,}… \(304\)$/);
  });

  it('compares metadata by member, and notes without their order', async () => {
    const a = { metadata: { payload: 'json', collector_notes: ['one', 'two'], size: 1 } };
    const b = { metadata: { payload: 'multipart', collector_notes: ['three', 'one'] } };
    expect((await found(a, b)).toSorted()).toEqual([
      'key_only_in_a metadata.size',
      'note_only_in_a two',
      'note_only_in_b three',
      'value metadata.payload',
    ]);
  });

  it.each<[string, Stored, Stored, string[]]>([
    [
      'other bytes, of which one checksum is wrong',
      withDump(digest('md5')),
      withDump(digest('md5'), Buffer.from('MDMX')),
      ['dump_bytes upload_file_minidump', 'checksum upload_file_minidump: verified, damaged'],
    ],
    [
      'a checksum that is missing',
      withDump(digest('md5')),
      withDump(undefined),
      ['checksum upload_file_minidump: verified, unchecked'],
    ],
    [
      'a dump that is missing',
      withDump(digest('md5')),
      { ...withDump(digest('md5')), dumps: {} },
      ['dump_only_in_a upload_file_minidump'],
    ],
    [
      'a dump that is not listed',
      { names: [] },
      withDump(digest('md5')),
      ['dump_names []; [upload_file_minidump]', 'dump_only_in_b upload_file_minidump'],
    ],
    ['a list that is missing', { names: undefined }, { names: [] }, ['dump_names no list; []']],
  ])('finds %s', async (_name, a, b, expected) => {
    expect(await found(a, b)).toEqual(expected);
  });
});
