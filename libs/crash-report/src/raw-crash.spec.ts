import { describe, expect, it } from '@jest/globals';
import type { Annotations, JsonValue } from './json-value.js';
import { parseJson } from './parse-json.js';
import { serializeRawCrash } from './raw-crash.js';

const metadata: Parameters<typeof serializeRawCrash>[0]['metadata'] = {
  user_agent: 'crashreporter/1.0',
  throttle_rule: 'accept_everything',
  payload: 'json',
  payload_compressed: '1',
  payload_size: 632_104,
  collector_notes: ['Removed Email from raw crash.'],
};

function serialize(members: readonly (readonly [string, JsonValue])[]): string {
  const annotations: Annotations = new Map(members);
  return Buffer.concat(piecesOf(annotations)).toString();
}

function piecesOf(annotations: Annotations): Buffer[] {
  const pieces = serializeRawCrash({
    annotations,
    crashId: 'de1bb258-cbbf-4589-a673-34f800160918',
    submittedAt: new Date('2016-09-18T07:08:09.012Z'),
    metadata,
  });
  return [...pieces];
}

const ownMembers =
  '"metadata":{"collector_notes":["Removed Email from raw crash."],"dump_checksums":{},' +
  '"payload":"json","payload_compressed":"1","payload_size":632104,' +
  '"throttle_rule":"accept_everything","user_agent":"crashreporter/1.0"},' +
  '"submitted_timestamp":"2016-09-18T07:08:09.012000+00:00",' +
  '"uuid":"de1bb258-cbbf-4589-a673-34f800160918","version":2';

describe('serializeRawCrash', () => {
  it('adds its own members to the annotations, sorted', () => {
    const text = serialize([
      ['Version', '128.0'],
      ['zebra', 'last'],
      ['ProductName', 'Firefox'],
      ['1', 'integer-like'],
    ]);
    expect(text).toBe(
      `{"1":"integer-like","ProductName":"Firefox","Version":"128.0",${ownMembers},"zebra":"last"}`,
    );
  });

  it('replaces annotations that have the name of its own members', () => {
    const text = serialize([
      ['uuid', 'forged'],
      ['submitted_timestamp', 'forged'],
      ['version', 1],
      ['metadata', { dump_checksums: { forged: 'x' } }],
    ]);
    expect(text).toBe(`{${ownMembers}}`);
  });

  it('writes verbatim annotations as it writes others, and its own members in their place', () => {
    const annotations: Annotations = new Map([
      ['a', 'plain'],
      ['b', '"quoted"'],
      ['c', 'x'.repeat(100_000)],
      ['uuid', 'forged'],
    ]);
    const input = { annotations, crashId: 'id', submittedAt: new Date(0), metadata };
    const verbatim = new Set(['a', 'c', 'uuid', 'version']);
    const bytes = Buffer.concat([...serializeRawCrash({ ...input, verbatim })]);
    expect(bytes.toString()).toBe(Buffer.concat([...serializeRawCrash(input)]).toString());
    expect(bytes.includes('"a":"plain","b":"\\"quoted\\"","c":"xxx')).toBe(true);
  });

  it('keeps types, number notation, null bytes and unusual names', () => {
    const stackTraces = parseJson('{"b":[1.0,18446744073709551616],"a":null}', { maxDepth: 5 });
    const text = serialize([
      ['__proto__', 'kept'],
      ['StackTraces', stackTraces],
      ['Nul', 'a\0b'],
      ['Lone', '\ud800'],
    ]);
    expect(text).toBe(
      '{"Lone":"\\ud800","Nul":"a\\u0000b","StackTraces":{"a":null,"b":[1.0,18446744073709551616]},' +
        `"__proto__":"kept",${ownMembers}}`,
    );
  });

  it('does not modify the annotations', () => {
    const annotations: Annotations = new Map([['version', 'client']]);
    piecesOf(annotations);
    expect([...annotations]).toEqual([['version', 'client']]);
  });

  it('returns pieces of bounded size however long a string or a name is', () => {
    const controls = `\u0101${'\x01'.repeat(1_000_000)}`;
    const pieces = piecesOf(
      new Map([
        ['A', controls],
        [controls, 'B'],
      ]),
    );
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(1_000_000);
    expect(JSON.parse(Buffer.concat(pieces).toString())).toMatchObject({
      A: controls,
      [controls]: 'B',
    });
  });

  it.each([1, 2, 3])('keeps surrogate pairs whole between pieces, from position %i on', (start) => {
    const emoji = 'x'.repeat(start) + '\u{1f600}'.repeat(100_000);
    const text = serialize([['Emoji', emoji]]);
    expect(text).toContain(JSON.stringify(emoji));
  });
});
