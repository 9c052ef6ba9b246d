import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { sortedByCodePoint, sortedJson } from './sorted-json.js';

const codePoints = (text: string): number[] => Array.from(text, (char) => char.codePointAt(0) ?? 0);

/** The expected order by its definition: lists of code points, compared item by item. */
function order(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((point, index) => point !== right[index]);
  if (at === -1) return Math.sign(left.length - right.length);
  return Math.sign((left[at] ?? -1) - (right[at] ?? -1));
}

/** Any character except the backslash: V8 can misread keys that contain one (keys-as-values.ts). */
const stringUnit = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 1 })
  .filter((char) => char !== '\\');

describe('sortedJson', () => {
  it('sorts the keys of every object, integer-like ones as strings', () => {
    const value = { b: [{ z: null, a: true }], '10': 1, '9': 2, A: 'x', '': {} };
    expect(sortedJson(value)).toBe('{"":{},"10":1,"9":2,"A":"x","b":[{"a":true,"z":null}]}');
  });

  it('sorts by code point where UTF-16 would not', () => {
    const value = { '\u{1f600}': 1, '\uff21': 2, '\ud7ff': 3 };
    expect(sortedJson(value)).toBe('{"\ud7ff":3,"\uff21":2,"\u{1f600}":1}');
  });

  it('escapes lone surrogates, so that they survive UTF-8', () => {
    const text = sortedJson({ '\udc00': 'a\ud800' });
    expect(text).toBe('{"\\udc00":"a\\ud800"}');
    expect(JSON.parse(Buffer.from(text).toString())).toEqual({ '\udc00': 'a\ud800' });
  });

  it('writes the same as JSON.stringify except for the order', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit }), (value) => {
        const text = sortedJson(value as Parameters<typeof sortedJson>[0]);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('sortedByCodePoint', () => {
  const unit = fc.constantFrom(
    'a',
    'b',
    '\0',
    '\ud7ff',
    '\ud800',
    '\udbff',
    '\udc00',
    '\udfff',
    '\ue000',
    '\uffff',
  );
  const name = fc.array(unit, { maxLength: 6 }).map((units) => units.join(''));

  it('sorts names like lists of code points, including lone surrogates', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 8 }), (names) => {
        const expected = names.toSorted((left, right) =>
          order(codePoints(left), codePoints(right)),
        );
        expect(sortedByCodePoint(names)).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });
});
