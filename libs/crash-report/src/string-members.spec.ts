import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { JsonError, parseJsonMembers } from './parse-json.js';
import { stringMembers } from './string-members.js';

const limits = { maxDepth: 20, maxValues: 1000 };

describe('stringMembers', () => {
  it('reads an object of strings, and names those that need no escapes', () => {
    const text = String.raw`{"a":"","":"é","long name":"\u0041\"\ud800","__proto__":"x","7":"\\"}`;
    expect(stringMembers(text, limits)).toEqual({
      strings: new Map([
        ['a', ''],
        ['', 'é'],
        ['long name', 'A"\ud800'],
        ['__proto__', 'x'],
        ['7', '\\'],
      ]),
      verbatim: new Set(['a', '', '__proto__']),
      members: 5,
      copied: 4,
    });
  });

  it('takes the last of repeated members', () => {
    const read = stringMembers(String.raw`{"a":"1","a":"\n","b":"\n","b":"2"}`, limits);
    expect(read?.strings).toEqual(
      new Map([
        ['a', '\n'],
        ['b', '2'],
      ]),
    );
    expect(read?.verbatim).toEqual(new Set(['b']));
    expect(read?.members).toBe(4);
  });

  it.each([
    '{}',
    '{"a":1}',
    '{"a":"b","c":null}',
    '{"a":{"b":"c"}}',
    '{"a": "b"}',
    '{"a":"b"} ',
    '{"a":"b"}}',
    '{"a":"b",}',
    '{"a":"b"',
    '{"a":"b',
    '{"a":"',
    '{"a":',
    '{"a"',
    '{"a',
    '{"',
    '{',
    '',
    '"a"',
    '["a"]',
    String.raw`{"\u0061":"b"}`,
    String.raw`{"a\"":"b"}`,
    String.raw`{"a":"\x"}`,
    String.raw`{"a":"\"}`,
    '{"a":"\n"}',
    '\ufeff{"a":"b"}',
  ])('leaves %j to the parser', (text) => {
    expect(stringMembers(text, limits)).toBeUndefined();
  });

  it('leaves an object beyond the limits to the parser', () => {
    const text = '{"a":"1","b":"2"}';
    expect(stringMembers(text, { maxDepth: 1, maxValues: 3 })?.members).toBe(2);
    expect(stringMembers(text, { maxDepth: 1, maxValues: 2 })).toBeUndefined();
    expect(stringMembers(text, { maxDepth: 0, maxValues: 3 })).toBeUndefined();
    expect(() => parseJsonMembers(text, { maxDepth: 1, maxValues: 2 })).toThrow(JsonError);
  });

  const piece = fc.oneof(
    fc.constantFrom('{', '}', '"', ':', ',', '\\', '\\"', '\\n', '\\u0041', '\\ud83d', '"a":"b"'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );

  it('reads nothing that the parser refuses or reads in another way', () => {
    let read = 0;
    const objects = fc
      .array(fc.tuple(fc.string(), fc.string({ unit: 'binary' })), { minLength: 1 })
      .map(
        (members) =>
          `{${members.map((member) => member.map((part) => JSON.stringify(part)).join(':')).join(',')}}`,
      );
    const noise = fc.array(piece).map((pieces) => `{"${pieces.join('')}"}`);
    fc.assert(
      fc.property(fc.oneof(objects, noise), (text) => {
        const found = stringMembers(text, limits);
        if (!found) return;
        read += 1;
        const { value, values, repeatsMember } = parseJsonMembers(text, limits);
        expect(found.strings).toEqual(new Map(Object.entries(value as object)));
        expect(found.members + 1).toBe(values);
        expect(found.strings.size < found.members).toBe(repeatsMember);
        for (const name of found.verbatim) {
          expect(JSON.stringify(name)).toBe(`"${name}"`);
          const string = found.strings.get(name);
          expect(string).toBe(JSON.stringify(string)?.slice(1, -1));
        }
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(100);
  });
});
