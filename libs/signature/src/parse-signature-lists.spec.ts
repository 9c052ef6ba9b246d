import { describe, expect, it } from '@jest/globals';

import { parseSignatureLists } from './index.js';

const head = 'apiVersion: antenna/v1\nkind: SignatureLists\n';
const errorsOf = (text: string): string[] =>
  parseSignatureLists(text).errors.map(
    ({ line, column, message, hint }) => `${line}:${column}: ${message} (${hint})`,
  );

const revision = (text: string): string | undefined =>
  parseSignatureLists(head + text).lists?.revision;

describe('parseSignatureLists', () => {
  it('accepts lists, each of which may be left out', () => {
    const { lists, errors } = parseSignatureLists(`${head}prefixes: [malloc, 'a(b|c)']\n`);
    expect(errors).toEqual([]);
    expect(lists?.match('prefixes', 'acd')).toBe('a(b|c)');
    expect(lists?.match('prefixes', 'xac')).toBeUndefined();
    expect(lists?.match('irrelevant', 'malloc')).toBeUndefined();
  });

  it('gives lists a revision that changes with an entry, not with comments', () => {
    expect(revision('prefixes: [a]')).toMatch(/^[0-9a-f]{16}$/);
    expect(revision('# why\nprefixes:\n  - a')).toBe(revision('prefixes: [a]'));
    expect(revision('prefixes: [b]')).not.toBe(revision('prefixes: [a]'));
    expect(revision('irrelevant: [a]')).not.toBe(revision('prefixes: [a]'));
  });

  it.each([
    [
      '',
      [
        '1:1: the document must contain keys and values, but is empty (write key: value, one on each line)',
      ],
    ],
    [`${head}prefix: [a]`, ['3:1: unknown key prefix (did you mean prefixes?)']],
    ['kind: SignatureLists', ['1:1: apiVersion is missing (add apiVersion: …)']],
    [
      `${head}prefixes: malloc`,
      [
        '3:11: prefixes must be a list, but is a string (write each entry after a dash; remove the key of an empty list)',
      ],
    ],
    [
      `${head}prefixes:\n  - 5`,
      ['4:5: an entry must be a string, but this is the number 5 (put it in quotes)'],
    ],
    [`${head}prefixes:\n  - a\n  - a`, ['5:5: "a" is twice in the list (remove one of them)']],
    [
      `${head}prefixes: ['a ']`,
      ['3:12: "a " is empty, or starts or ends with a space (remove it, or the spaces)'],
    ],
    [
      `${head}prefixes: ['a*']`,
      ['3:12: "a*" matches every frame (write at least one character that must be there)'],
    ],
    [
      `${head}prefixes:\n  - ok\n  - 'foo('`,
      [
        String.raw`5:5: "foo(": invalid regular expression (RE2 syntax): missing closing ): ${'`'}^(?:foo()${'`'} (a special character that stands for itself needs a backslash: \( \[ \. \* \+ \$)`,
      ],
    ],
    [
      `${head}prefixes: ['${'a'.repeat(201)}']`,
      [
        '3:12: the entry is 201 characters long; the limit is 200 (the first part of a name is enough: patterns match the start of frames)',
      ],
    ],
    [`${head}prefixes: [&a x]`, [expect.stringContaining('anchors')]],
  ])('refuses %j', (text, errors) => {
    expect(errorsOf(text)).toEqual(errors);
  });

  it('reports all errors at once, in the order of the document', () => {
    const lines = errorsOf(`${head}irrelevant: ['(']\nfoo: 1\nprefixes: ['*']\n`).map(
      (error) => error.split(':')[0],
    );
    expect(lines).toEqual(['3', '4', '5']);
  });

  it('bounds documents, entries and compiled patterns', () => {
    expect(errorsOf(`${head}#${'x'.repeat(300_000)}`)).toEqual([
      expect.stringContaining('the limit is 262144'),
    ]);
    const many = Array.from({ length: 2001 }, (_, at) => `a${at}`).join(', ');
    expect(errorsOf(`${head}prefixes: [${many}]`)).toEqual([
      expect.stringContaining('2001 entries; the limit is 2000'),
    ]);
    const large = Array.from({ length: 30 }, (_, at) => `'a${at}.{900}'`).join(', ');
    expect(errorsOf(`${head}prefixes: [${large}]`)[0]).toContain('more than 20000 instructions');
  });

  it('matches in time linear in the frame, whatever the pattern', () => {
    const { lists } = parseSignatureLists(`${head}prefixes: ['(a+)+$', '(a|aa)*b', '(.*,){15}z']`);
    expect(lists?.match('prefixes', `${'a,'.repeat(50_000)}!`)).toBeUndefined();
  });
});
