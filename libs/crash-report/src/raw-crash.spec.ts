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
  return serializeRawCrash({
    annotations,
    crashId: 'de1bb258-cbbf-4589-a673-34f800160918',
    submittedAt: new Date('2016-09-18T07:08:09.012Z'),
    metadata,
  }).toString();
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
    serializeRawCrash({
      annotations,
      crashId: 'de1bb258-cbbf-4589-a673-34f800160918',
      submittedAt: new Date(0),
      metadata,
    });
    expect([...annotations]).toEqual([['version', 'client']]);
  });
});
