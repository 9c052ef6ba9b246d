import { describe, expect, it } from '@jest/globals';

import { MultipartError } from './multipart-error.js';
import { parseMultipartContentType } from './multipart-content-type.js';

const boundaryOf = (header: string): string =>
  parseMultipartContentType(header).boundary.toString('latin1');

function reasonFor(header: string | undefined): string {
  try {
    parseMultipartContentType(header);
  } catch (error) {
    if (error instanceof MultipartError) return error.reason;
    throw error;
  }
  return 'accepted';
}

describe('parseMultipartContentType', () => {
  it.each([
    ['plain', 'multipart/form-data; boundary=abc', 'abc'],
    ['multipart/mixed', 'multipart/mixed; boundary=abc', 'abc'],
    ['any letter case', 'Multipart/Form-DATA; BOUNDARY=AbC', 'AbC'],
    ['no space', 'multipart/form-data;boundary=abc', 'abc'],
    ['stray spaces', '  multipart/form-data \t;  boundary =  abc  ', 'abc'],
    ['a trailing semicolon', 'multipart/form-data; boundary=abc;', 'abc'],
    ['empty parameters', 'multipart/form-data;; ;boundary=abc', 'abc'],
    ['charset before it', 'multipart/form-data; charset=utf-8; boundary=abc', 'abc'],
    ['charset after it', 'multipart/form-data; boundary=abc; charset=utf-8', 'abc'],
    ['a parameter without a value before it', 'multipart/form-data; x; boundary=abc', 'abc'],
    ['a quoted semicolon before it', 'multipart/form-data; x="; boundary=no"; boundary=abc', 'abc'],
    ['quotes', 'multipart/form-data; boundary="abc"', 'abc'],
    ['quotes after a space', 'multipart/form-data; boundary= "abc"', 'abc'],
    ['quotes that are needed', 'multipart/mixed; boundary="a b;c=d"', 'a b;c=d'],
    ['backslash escapes', String.raw`multipart/mixed; boundary="a\"b\\c\d"`, String.raw`a"b\cd`],
    ['an unclosed quote', 'multipart/mixed; boundary="abc', 'abc'],
    ['text after the quote', 'multipart/mixed; boundary="abc"d; charset=x', 'abc'],
    [
      'what should be quoted',
      'multipart/mixed; boundary==_Part:1/2?(x)@[y],z',
      '=_Part:1/2?(x)@[y],z',
    ],
    ['the first of two', 'multipart/mixed; boundary=abc; boundary=def', 'abc'],
    ['a name that only ends in boundary', 'multipart/mixed; xboundary=no; boundary=abc', 'abc'],
    ['256 bytes', `multipart/mixed; boundary=${'b'.repeat(256)}`, 'b'.repeat(256)],
    ['a byte above ASCII', 'multipart/mixed; boundary=\u00e9', '\u00e9'],
  ])('finds a boundary with %s', (_case, header, boundary) => {
    expect(boundaryOf(header)).toBe(boundary);
  });

  it.each([
    ['of Firefox', '----geckoformboundary0123456789abcdef0123456789abcdef'],
    ['of Crashpad', '---MultipartBoundary-0123456789ABCDEFGHIJKLMNOPQRSTUV---'],
    ['of Fenix', '---------------------------0A1B2C3D4E5F6071'],
  ])('finds the boundary %s', (_client, boundary) => {
    expect(boundaryOf(`multipart/form-data; boundary=${boundary}`)).toBe(boundary);
  });

  it.each([
    ['a missing header', undefined, 'no_content_type'],
    ['an empty header', '', 'no_content_type'],
    ['a blank header', ' \t', 'no_content_type'],
    ['another type', 'application/json', 'wrong_content_type'],
    ['another multipart type', 'multipart/related; boundary=abc', 'wrong_content_type'],
    ['a longer type', 'multipart/form-data2; boundary=abc', 'wrong_content_type'],
    ['parameters only', '; boundary=abc', 'wrong_content_type'],
    ['no boundary', 'multipart/form-data', 'no_boundary'],
    ['other parameters only', 'multipart/form-data; charset=utf-8', 'no_boundary'],
    ['an empty boundary', 'multipart/form-data; boundary=', 'no_boundary'],
    ['an empty boundary before a parameter', 'multipart/form-data; boundary= ; a=b', 'no_boundary'],
    ['an empty quoted boundary', 'multipart/form-data; boundary=""', 'no_boundary'],
    ['257 bytes', `multipart/form-data; boundary=${'b'.repeat(257)}`, 'no_boundary'],
  ])('refuses %s', (_case, header, reason) => {
    expect(reasonFor(header)).toBe(reason);
  });
});
