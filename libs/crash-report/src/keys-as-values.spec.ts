import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { JsonValue } from './json-value.js';
import { JsonError, parseJson } from './parse-json.js';
import { sortedJson } from './sorted-json.js';

const parse = (text: string): JsonValue => parseJson(text, { maxDepth: 1000 });

/** Any names, including those that V8's parser can confuse (keys-as-values.ts). */
const keys = fc.oneof(
  fc.constantFrom('\\', '"', '\n', 'é', 'x\\', 'x\n', 'x"', '__proto__', '', 'members'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<JsonValue>(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value')),
    fc.array(fc.tuple(keys, tie('value'))).map((members) => Object.fromEntries(members)),
  ),
}));

/** The same JSON in ASCII. */
function escapeStrings(text: string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isRefused(parseText: () => unknown): boolean {
  try {
    parseText();
    return false;
  } catch (error) {
    if (error instanceof JsonError || error instanceof SyntaxError) return true;
    throw error;
  }
}

describe('parseJson', () => {
  it('parses what JSON.stringify wrote', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = sortedJson(value);
        expect(sortedJson(parse(text))).toBe(text);
        expect(sortedJson(parse(escapeStrings(text)))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const spoilt = fc
      .tuple(
        values,
        fc.nat(),
        fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '\n'),
      )
      .map(([value, place, char]) => {
        const text = JSON.stringify(value);
        const at = place % text.length;
        return text.slice(0, at) + char + text.slice(at + 1);
      });
    fc.assert(
      fc.property(spoilt, (text) => {
        expect(isRefused(() => parse(text))).toBe(isRefused(() => JSON.parse(text)));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a key with an escape sequence', () => {
  it('is not replaced by a key of an earlier text', () => {
    for (const key of ['\\', '\n', '"', 'é', '\\']) {
      const text = escapeStrings(JSON.stringify({ a: [], [key]: 1 }));
      expect(parse(text)).toEqual({ a: [], [key]: 1 });
    }
  });

  it('does not change other values', () => {
    const text = '{ "\\n" : [1.0, {}, [], [{}]], "__proto__":{"\\"":-0}, "b":",:{}[]\\"" }';
    expect(sortedJson(parse(text))).toBe(
      '{"\\n":[1.0,{},[],[{}]],"__proto__":{"\\"":-0},"b":",:{}[]\\""}',
    );
  });

  it('can be repeated, and the last one wins', () => {
    expect(parse('{"\\u0061":1,"a":2}')).toEqual({ a: 2 });
    expect(parse('{"a":1,"\\u0061":2}')).toEqual({ a: 2 });
  });

  it.each(['{"\\n",1}', '{"\\n":1,}', '{"\\n":1]', '{"\\n":{"a","b"}}', '["\\n":1]'])(
    'do not make %j valid',
    (text) => {
      expect(() => parse(text)).toThrow(JsonError);
    },
  );
});
