import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isJsonObject, isRawJson, type JsonValue } from './json-value.js';
import { JsonError, parseJson, parseJsonMembers } from './parse-json.js';
import { sortedJson } from './sorted-json.js';

const maxDepth = 20;
const parse = (text: string): JsonValue => parseJson(text, { maxDepth });

describe('parseJson', () => {
  it('parses a number as a double when that keeps its notation', () => {
    expect(parse('[0,1,-1,1.5,1e+21,9007199254740991]')).toEqual([
      0, 1, -1, 1.5, 1e21, 9007199254740991,
    ]);
  });

  it.each([
    '1.0',
    '-0',
    '18446744073709551616',
    '9007199254740993',
    '1e400',
    '-1E5',
    '1e-999',
    '0.10',
  ])('keeps the notation of %s', (source) => {
    const value = parse(source);
    expect(isRawJson(value)).toBe(true);
    expect(sortedJson(value)).toBe(source);
    expect(sortedJson(parse(`{"a":[${source},{"7":${source}}]}`))).toBe(
      `{"a":[${source},{"7":${source}}]}`,
    );
  });

  it('keeps the source notation of every number at any position', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,12})?([eE][+-]?\d{1,3})?$/);
    fc.assert(
      fc.property(fc.array(digits), (numbers) => {
        const text = `{"list":[${numbers.join(',')}]}`;
        expect(sortedJson(parse(text))).toBe(text);
      }),
    );
  });

  it('takes the last of repeated keys', () => {
    expect(sortedJson(parse('{"a":1.0,"a":2.00}'))).toBe('{"a":2.00}');
  });

  it.each([
    ['{"a":1,"a":2}', true],
    ['{"a":{},"b":[1,2],"a":{}}', true],
    [String.raw`{"a":1,"\u0061":2}`, true],
    ['{}', false],
    ['{"a":1}', false],
    ['{"a":",","b":{"c":1,"c":2},"d":[1,2,3]}', false],
    ['{"__proto__":1,"constructor":2}', false],
    ['[1,1]', false],
    ['[{"a":1,"a":2},2]', false],
    ['"a,a"', false],
  ])(
    'reports for %s whether a member of the outermost object is repeated: %s',
    (text, repeatsMember) => {
      expect(parseJsonMembers(text, { maxDepth }).repeatsMember).toBe(repeatsMember);
    },
  );

  it('skips a byte order mark only at the beginning', () => {
    expect(parse('\ufeff{"a":"b"}')).toEqual({ a: 'b' });
    expect(() => parse('{"a":\ufeff"b"}')).toThrow(JsonError);
    expect(() => parse('\ufeff\ufeff{}')).toThrow(JsonError);
  });

  it('keeps __proto__ as a key and changes no prototype', () => {
    const value = parse('{"__proto__":{"polluted":1.0},"constructor":"c"}');
    expect(sortedJson(value)).toBe('{"__proto__":{"polluted":1.0},"constructor":"c"}');
    expect(Object.getPrototypeOf(value)).toBe(Object.getPrototypeOf(JSON.parse('{}')));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(['', '{', '{"a":}', '[1,]', 'nul', '"\n"', '01', '{} {}', ']['])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(JsonError);
  });

  it('does not quote the text in its message', () => {
    expect(() => parse('{"Secret": hunter2}')).toThrow(
      expect.objectContaining({
        code: 'invalid_json',
        message: expect.not.stringMatching(/hunter2|Secret/),
      }),
    );
  });
});

describe('the depth limit', () => {
  it('counts arrays and objects', () => {
    expect(parseJson('[{"a":[]}]', { maxDepth: 3 })).toEqual([{ a: [] }]);
    expect(() => parseJson('[{"a":[]}]', { maxDepth: 2 })).toThrow(JsonError);
    expect(parseJson('"text"', { maxDepth: 0 })).toBe('text');
  });

  it('refuses more values than the limit', () => {
    expect(parseJson('{"a":[1,2]}', { maxDepth: 3, maxValues: 4 })).toEqual({ a: [1, 2] });
    expect(() => parseJson('{"a":[1,2]}', { maxDepth: 3, maxValues: 3 })).toThrow(JsonError);
    expect(parseJson('",,,,[[[["', { maxDepth: 1, maxValues: 1 })).toBe(',,,,[[[[');
  });

  it('counts nesting, not brackets', () => {
    expect(parseJson('[[],[],[],[]]', { maxDepth: 2 })).toEqual([[], [], [], []]);
  });

  it('ignores strings, including their quotes and backslashes', () => {
    const value = ['[[[[', '\\', '"[[[[', '\\"{{{{', 'tail\\'];
    expect(parseJson(JSON.stringify(value), { maxDepth: 1 })).toEqual(value);
  });

  it.each([
    ['arrays', '['.repeat(200_000)],
    ['closed arrays', '['.repeat(200_000) + ']'.repeat(200_000)],
    ['objects', '{"a":'.repeat(200_000)],
    ['arrays after closing ones', `${']'.repeat(200_000)}${'['.repeat(200_000)}`],
  ])('refuses 200,000 nested %s without overflowing the stack', (_case, text) => {
    expect(() => parse(text)).toThrow(JsonError);
  });
});

describe('isJsonObject', () => {
  it('is true for objects only', () => {
    expect(isJsonObject(parse('{}'))).toBe(true);
    expect(isJsonObject(parse('{"rawJSON":"1"}'))).toBe(true);
    for (const text of ['null', '[]', '1.0', '1', '"{}"', 'true'])
      expect(isJsonObject(parse(text))).toBe(false);
  });
});
