import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { withDumpChecksums } from './dump-checksums.js';
import type { JsonValue } from './json-value.js';
import { JsonError, parseJson } from './parse-json.js';
import { serializeRawCrash } from './raw-crash.js';

/** The beginning of the metadata of `rawCrash` without notes; no annotation here contains it. */
const ownMetadata = '"metadata":{"collector_notes":[],"dump_checksums":{},"payload":"multipart"';
const emptyChecksums = '"dump_checksums":{},"payload"';

function rawCrash(
  annotations: readonly (readonly [string, JsonValue])[],
  notes: string[] = [],
): Buffer {
  const pieces = serializeRawCrash({
    annotations: new Map(annotations),
    crashId: 'de1bb258-cbbf-4589-a673-34f800160918',
    submittedAt: new Date('2016-09-18T07:08:09.012Z'),
    metadata: {
      collector_notes: notes,
      payload: 'multipart',
      payload_compressed: '0',
      payload_size: 1,
      throttle_rule: 'rule',
      user_agent: '',
    },
  });
  return Buffer.concat([...pieces]);
}

/** Annotations that resemble the member to find. */
const decoys: readonly (readonly [string, JsonValue])[] = [
  ['A', { metadata: { dump_checksums: {} } }],
  ['B', '"metadata":{"dump_checksums":{}}'],
  ['C"metadata', { dump_checksums: {} }],
  ['dump_checksums', {}],
  ['D\\', 'metadata'],
  ['a]}', '}]\\'],
  ['big', parseJson('[1.0,18446744073709551616,-0]', { maxDepth: 2 })],
];

describe('withDumpChecksums', () => {
  it('fills metadata.dump_checksums, sorted, and leaves every other byte', () => {
    const before = rawCrash(decoys, ['note with "dump_checksums":{} and \\']);
    const after = withDumpChecksums(before, { upload_file_minidump: 'ff', browser: '00' });
    const text = before.toString();
    const place = text.lastIndexOf(emptyChecksums);
    expect(after.toString()).toBe(
      `${text.slice(0, place)}"dump_checksums":{"browser":"00","upload_file_minidump":"ff"},"payload"` +
        text.slice(place + emptyChecksums.length),
    );
  });

  it('returns the same bytes when there are no dumps', () => {
    const before = rawCrash(decoys);
    expect(withDumpChecksums(before, {})).toEqual(before);
  });

  it('replaces existing checksums', () => {
    const once = withDumpChecksums(rawCrash(decoys), { a: '1' });
    expect(withDumpChecksums(once, { a: '1' })).toEqual(once);
  });

  it('keeps a dump with the name __proto__', () => {
    const checksums = Object.fromEntries([['__proto__', 'aa']]);
    expect(withDumpChecksums(rawCrash([]), checksums).toString()).toContain(
      '"dump_checksums":{"__proto__":"aa"}',
    );
  });

  it('finds its position among any annotations', () => {
    const values = fc.jsonValue({ stringUnit: 'binary', maxDepth: 2 }) as fc.Arbitrary<JsonValue>;
    const names = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('metadata', '"', '\\', '{'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values), { maxLength: 5 }), (annotations) => {
        const before = rawCrash(annotations);
        const after = withDumpChecksums(before, { dump_1: 'ab' });
        const [start, ...rest] = before.toString().split(ownMetadata);
        expect(rest).toHaveLength(1);
        expect(after.toString()).toBe(
          `${start}${ownMetadata.replace('{}', '{"dump_1":"ab"}')}${rest[0]}`,
        );
        expect(withDumpChecksums(after, {})).toEqual(before);
      }),
    );
  });

  it.each([
    '',
    '{}',
    '[]',
    '{"metadata":1}',
    '{"metadata":{}}',
    '{"metadata"',
    '{"metadata":{"dump_checksums"',
    '{"a":"b}',
    '{"a":[[[',
    '{"a"}',
    '{,"metadata":{"dump_checksums":{}}}',
  ])('refuses %j', (text) => {
    expect(() => withDumpChecksums(Buffer.from(text), {})).toThrow(JsonError);
  });
});
