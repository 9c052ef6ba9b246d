import { describe, expect, it } from '@jest/globals';
import { type JsonValue, parseJson } from '#antenna/crash-report';
import { annotationsForRules } from './annotations-for-rules.js';

const pythonStr = (value: JsonValue) => annotationsForRules(new Map([['Name', value]])).get('Name');
const fromJson = (text: string): JsonValue => parseJson(text, { maxDepth: 10 });

describe('annotationsForRules for one value', () => {
  it.each([
    ['null', 'None'],
    ['true', 'True'],
    ['false', 'False'],
    ['""', ''],
    ['"None"', 'None'],
    [String.raw`"it's \"é\" \n"`, 'it\'s "é" \n'],
  ])('converts the JSON %s to the string %j', (json, text) => {
    expect(pythonStr(fromJson(json))).toBe(text);
  });

  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.0', '-0.0'],
    ['42', '42'],
    ['-7', '-7'],
    ['9007199254740993', '9007199254740993'],
    ['18446744073709551616', '18446744073709551616'],
    ['1000000000000000000000', '1000000000000000000000'],
    ['1.0', '1.0'],
    ['1.50', '1.5'],
    ['0.1', '0.1'],
    ['-2.25', '-2.25'],
    ['1e2', '100.0'],
    ['1E2', '100.0'],
    ['123456.789e3', '123456789.0'],
    ['0.0001', '0.0001'],
    ['0.00001', '1e-05'],
    ['0.00012345', '0.00012345'],
    ['1e-7', '1e-07'],
    ['1.5e-10', '1.5e-10'],
    ['1e15', '1000000000000000.0'],
    ['1e16', '1e+16'],
    ['1e21', '1e+21'],
    ['1e22', '1e+22'],
    ['1e100', '1e+100'],
    ['123456789012345680.0', '1.2345678901234568e+17'],
    ['9007199254740993.0', '9007199254740992.0'],
    ['5e-324', '5e-324'],
    ['1e400', 'inf'],
    ['-1e400', '-inf'],
  ])('converts the number %s to %s', (json, text) => {
    expect(pythonStr(fromJson(json))).toBe(text);
  });

  it.each([
    ['[]', '[]'],
    ['{}', '{}'],
    ['["x"]', "['x']"],
    ['[1, 1.0, true, null, "a"]', "[1, 1.0, True, None, 'a']"],
    ['{"a": 1, "b": null}', "{'a': 1, 'b': None}"],
    ['{"system": {"os": [{"name": "x"}]}}', "{'system': {'os': [{'name': 'x'}]}}"],
    ['{"__proto__": 1}', "{'__proto__': 1}"],
    ['{"rawJSON": "1"}', "{'rawJSON': '1'}"],
  ])('converts the structure %s to %s', (json, text) => {
    expect(pythonStr(fromJson(json))).toBe(text);
  });

  it.each([
    ["it's", `["it's"]`],
    [
      `'"${'\u007f'.repeat(9000)}\u{1f600}${'\u{e0001}'.repeat(9000)}é`,
      String.raw`['\'"${String.raw`\x7f`.repeat(9000)}😀${String.raw`\U000e0001`.repeat(9000)}é']`,
    ],
    ['say "hi"', `['say "hi"']`],
    [`both ' and "`, `['both \\' and "']`],
    ['back\\slash', String.raw`['back\\slash']`],
    ['tab\tline\nreturn\r', String.raw`['tab\tline\nreturn\r']`],
    ['nul\0bell\x07del\x7f', String.raw`['nul\x00bell\x07del\x7f']`],
    ['nbsp\u00a0soft\u00ad', String.raw`['nbsp\xa0soft\xad']`],
    ['thin\u2009line\u2028', String.raw`['thin\u2009line\u2028']`],
    ['é漢😀', "['é漢😀']"],
    ['private\u{f0000}', String.raw`['private\U000f0000']`],
    ['lone\ud800', String.raw`['lone\ud800']`],
  ])('quotes %j inside a list as %s', (text, quoted) => {
    expect(pythonStr([text])).toBe(quoted);
  });
});

describe('annotationsForRules', () => {
  it('converts every value to the string with which rules compare', () => {
    const number = parseJson('1.0', { maxDepth: 1 });
    const annotations = new Map([
      ['Text', 'as it is'],
      ['Null', null],
      ['Flag', true],
      ['Number', number],
      ['List', ['x']],
    ]);
    expect([...annotationsForRules(annotations)]).toEqual([
      ['Text', 'as it is'],
      ['Null', 'None'],
      ['Flag', 'True'],
      ['Number', '1.0'],
      ['List', "['x']"],
    ]);
  });

  it('keeps an annotation named __proto__', () => {
    const texts = annotationsForRules(new Map([['__proto__', 1]]));
    expect([...texts]).toEqual([['__proto__', '1']]);
  });

  it.each([
    ['a string of control characters', ['\u0001'.repeat(4_000_000)]],
    ['many numbers', Array.from({ length: 100_000 }, (_, index) => index)],
    ['many keys', Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${at}`, 'v']))],
  ])('leaves out %s, which would take too long, and keeps every string', (_, value) => {
    const long = 'x'.repeat(8_000_000);
    const strings = annotationsForRules(
      new Map<string, JsonValue>([
        ['A', value],
        ['B', long],
      ]),
    );
    expect([...strings.keys()]).toEqual(['B']);
  });
});
