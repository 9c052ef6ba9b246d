import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { functionName } from './names/function-name.js';
import {
  parseSignatureLists,
  signatureAnnotations,
  type SignatureFrame,
  type SignatureInput,
  signatureOf,
} from './index.js';

const { lists } = parseSignatureLists(`
apiVersion: antenna/v1
kind: SignatureLists
sentinels: [s]
irrelevant: ['i', '.*[(]x']
prefixes: ['p', '<T>', '\\w+@0x']
withLineNumber: ['l']
withoutOffset: ['m']
outOfMemory: ['o']
watchdogs: ['w']
`);

const pieces = [
  ...'s i p l m o w :: < > ( ) [ ] { } ` operator -> [clone .cold @0x / \\ {"phase": "conditions":['.split(
    ' ',
  ),
  ' ',
  "'",
  ' const',
  ' in ',
  ' : ',
  '\u202e',
  '\n',
  '\ud800',
  '💥',
  '0x7fff12345678',
  'java.lang.Error',
  '\n\tat a.b(C.java:1)',
];

/** Strings that look like names, and any others. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join('')),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(value, { nil: null, freq: 4 });
const line = maybe(fc.integer());
const frame: fc.Arbitrary<SignatureFrame> = fc.record({
  module: maybe(text),
  function: maybe(text),
  file: maybe(text),
  line,
  offset: maybe(text),
  module_offset: maybe(text),
  inlines: maybe(
    fc.array(fc.record({ function: maybe(text), file: maybe(text), line }), { maxLength: 3 }),
  ),
  unloaded_modules: maybe(fc.array(fc.record({ module: text }), { maxLength: 2 })),
});
const annotations = fc.record(
  Object.fromEntries(signatureAnnotations.map((name) => [name, text])),
  { requiredKeys: [] },
);
const input: fc.Arbitrary<SignatureInput> = fc.record({
  frames: fc.array(frame, { maxLength: 6 }),
  mainThread: fc.array(frame, { maxLength: 3 }),
  reason: maybe(text),
  os: maybe(fc.constantFrom('Windows NT', 'Linux')),
  lastError: maybe(text),
  annotations,
  noFrames: text,
});

describe('signatureOf', () => {
  it('gives 1 to 255 visible characters in one line for any input, and the same again', () => {
    if (!lists) throw new Error('the lists are not valid');
    fc.assert(
      fc.property(input, (value) => {
        const result = signatureOf(value, lists);
        expect(result.signature).toMatch(/^\S(.{0,253}\S)?$/s);
        for (const shown of [
          result.signature,
          result.protoSignature,
          ...result.steps.map(({ detail }) => detail),
        ])
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(signatureOf(value, lists)).toEqual(result);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('functionName', () => {
  it('gives the same name for its own name', () => {
    const names = fc.stringMatching(/^([a-z]{1,5}::){0,3}[a-z]{1,5}(<T>)?$/);
    fc.assert(fc.property(names, (name) => expect(functionName(name)).toBe(name)));
  });

  // A step that is repeated for each character of the rest would take minutes.
  it.each([
    'o',
    'operator',
    'operator<',
    ' (',
    '->',
    " '",
    '[x',
    '_block_invoke',
    '(',
    '<',
    '[',
    '{',
    '`',
    "`'",
    ' ',
    ' const',
    '.cold',
    '[clone .x]',
    ' [clone .x]',
    '::$_1',
    '<operator',
    'operator ',
    '-[',
    ' in ',
    '(*',
    '\u202e',
    ', ',
    '@',
    '`f(',
  ])('is quick for many times %j', (part) => {
    const name = part.repeat(200_000);
    expect(functionName(name).length).toBeLessThanOrEqual(255);
    expect(functionName(`closure #1${name}`).length).toBeLessThanOrEqual(255);
  });
});
