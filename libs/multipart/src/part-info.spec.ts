import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MultipartError } from './multipart-error.js';
import { parsePartHeaders, type PartInfo } from './part-info.js';

const parse = (lines: string): PartInfo => parsePartHeaders(Buffer.from(lines));
const disposition = (parameters: string): PartInfo =>
  parse(`Content-Disposition: form-data; ${parameters}`);

/** Rethrows every error that is not a MultipartError. */
function nameOrReason(lines: string): string {
  try {
    const { name, nameProblem } = parse(lines);
    return name ?? nameProblem ?? '';
  } catch (error) {
    if (error instanceof MultipartError) return error.reason;
    throw error;
  }
}

describe('the name of a part', () => {
  it.each([
    ['quoted', 'name="ProductName"', 'ProductName'],
    ['unquoted, as Fenix does', 'name=ProductName', 'ProductName'],
    ['unquoted with a parameter after it', 'name=ProductName ; filename=x', 'ProductName'],
    ['in another letter case', 'NAME="ProductName"', 'ProductName'],
    ['with spaces around the sign', 'name = "ProductName" ', 'ProductName'],
    ['after the filename', 'filename="a;b"; name="c"', 'c'],
    ['beside name*', `name*=utf-8''no; name="yes"`, 'yes'],
    ['twice', 'name="first"; name="second"', 'first'],
    ['with a semicolon and a sign', 'name="a; filename=b"', 'a; filename=b'],
    ['with escaped quotes', String.raw`name="a\"b\" c"`, 'a"b" c'],
    ['with an escaped quote before a semicolon', String.raw`name="a\"; b=c"`, 'a"; b=c'],
    ['with an escaped backslash', String.raw`name="a\\"; filename="b"`, 'a\\'],
    ['with a backslash before another character', String.raw`name="a\nb"`, String.raw`a\nb`],
    ['with a backslash at the end', String.raw`name="a\"`, 'a\\'],
    ['never closed', 'name="abc', 'abc'],
    ['with the escapes of browsers and Crashpad', 'name="a%22b%0D%0Ac"', 'a"b\r\nc'],
    ['with these escapes in lower case', 'name="a%0d%0a"', 'a\r\n'],
    ['with the percent sign as Crashpad escapes it', 'name="100%25 %2522"', '100% %22'],
    ['with a percent sign that is no escape', 'name="100% %41 %2"', '100% %41 %2'],
    ['in UTF-8', 'name="Größe 🦊"', 'Größe 🦊'],
    ['with NUL characters', 'name="a\0b\0"', 'ab'],
  ])('is parsed %s', (_case, parameters, name) => {
    const part = disposition(parameters);
    expect(part.name).toBe(name);
    expect(part).not.toHaveProperty('nameProblem');
  });

  it.each([
    ['without headers', ''],
    ['without Content-Disposition', 'Content-Type: text/plain'],
    ['without parameters', 'Content-Disposition: form-data'],
    ['with name* only', `Content-Disposition: form-data; name*=utf-8''abc`],
    ['with an empty name', 'Content-Disposition: form-data; name=""'],
    ['with an empty unquoted name', 'Content-Disposition: form-data; name=; filename=x'],
    ['with a name of NUL characters', 'Content-Disposition: form-data; name="\0\0"'],
  ])('is missing %s', (_case, lines) => {
    expect(parse(lines)).toMatchObject({ name: undefined, nameProblem: 'missing' });
  });

  it('is refused when it is not UTF-8', () => {
    const lines = Buffer.from('Content-Disposition: form-data; name="a\u00e9b"', 'latin1');
    expect(parsePartHeaders(lines)).toMatchObject({ name: undefined, nameProblem: 'not_utf8' });
  });

  it('survives the escaping of browsers for any characters', () => {
    const escapes: Record<string, string> = { '"': '%22', '\r': '%0D', '\n': '%0A' };
    const names = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((name) => !/\\|%(?:22|25|0[da])|\0/i.test(name));
    fc.assert(
      fc.property(names, (name) => {
        const escaped = name.replaceAll(/["\r\n]/g, (character) => escapes[character] ?? '');
        expect(disposition(`name="${escaped}"`).name).toBe(name);
      }),
    );
  });

  it('survives the escaping of Crashpad for any characters', () => {
    const escapes: Record<string, string> = { '"': '%22', '%': '%25', '\r': '%0d', '\n': '%0a' };
    const looksEscaped = fc.constantFrom('%', '%22', '%25', '%2522', '100%');
    const names = fc
      .array(fc.oneof(looksEscaped, fc.string({ unit: 'grapheme' })), { minLength: 1 })
      .map((pieces) => `n${pieces.join('')}`)
      .filter((name) => !/\\|\0/.test(name));
    fc.assert(
      fc.property(names, (name) => {
        const escaped = name.replaceAll(/["%\r\n]/g, (character) => escapes[character] ?? '');
        expect(disposition(`name="${escaped}"`).name).toBe(name);
      }),
    );
  });
});

describe('the filename of a part', () => {
  it.each([
    ['absent', 'name="a"', undefined],
    ['plain', 'name="a"; filename="extra.json"', 'extra.json'],
    ['unquoted', 'name="a"; filename=blob', 'blob'],
    ['empty', 'name="a"; filename=""', ''],
    ['empty and unquoted', 'name="a"; filename=', ''],
    ['a Windows path', String.raw`name="a"; filename="C:\dir\new.dmp"`, String.raw`C:\dir\new.dmp`],
    ['a UNC path', String.raw`name="a"; filename="\\host\x.dmp"`, String.raw`\\host\x.dmp`],
    ['a folder, last', String.raw`name="a"; filename="C:\dir\"`, 'C:\\dir\\'],
    ['a folder before a name', String.raw`filename="C:\dir\"; name="a"`, 'C:\\dir\\'],
    ['a folder before a semicolon', String.raw`name="a"; filename="C:\dir\" ;`, 'C:\\dir\\'],
    ['with escaped quotes', String.raw`name="a"; filename="a \"b\" c"`, 'a "b" c'],
    ['with browser escapes', 'name="a"; filename="%22x%22"', '"x"'],
    ['only in its extended form', `name="a"; filename*=UTF-8''x.dmp`, undefined],
    ['in UTF-8', 'name="a"; filename="ä.dmp"', 'ä.dmp'],
  ])('is parsed when it is %s', (_case, parameters, filename) => {
    expect(disposition(parameters)).toMatchObject({ name: 'a', filename });
  });

  it('is kept byte by byte when it is not UTF-8', () => {
    const lines = Buffer.from('Content-Disposition: x; name=a; filename="\u00e9.dmp"', 'latin1');
    expect(parsePartHeaders(lines).filename).toBe('\u00e9.dmp');
  });
});

describe('the content type of a part', () => {
  it.each([
    ['absent', '', 'text/plain'],
    ['empty', 'Content-Type:', 'text/plain'],
    ['only parameters', 'Content-Type: ; charset=utf-8', 'text/plain'],
    ['in any letter case', 'CONTENT-type: Application/JSON', 'application/json'],
    ['with parameters', 'Content-Type: text/plain ; charset=UTF-8', 'text/plain'],
    [
      'without a space',
      'Content-Type:application/vnd.tcpdump.pcap',
      'application/vnd.tcpdump.pcap',
    ],
    ['twice', 'Content-Type: a/b\r\nContent-Type: c/d', 'a/b'],
  ])('is parsed when it is %s', (_case, lines, contentType) => {
    expect(parse(lines).contentType).toBe(contentType);
  });
});

describe('the charset of a part', () => {
  it.each([
    ['absent', 'text/plain', undefined],
    ['unquoted', 'text/plain; charset=ISO-8859-1', 'ISO-8859-1'],
    ['quoted', 'text/plain; charset="utf-8"', 'utf-8'],
    ['after another parameter', 'text/plain;format=flowed;Charset = shift_jis ', 'shift_jis'],
  ])('is parsed when it is %s', (_case, type, charset) => {
    expect(parse(`Content-Type: ${type}`).charset).toBe(charset);
  });
});

describe('the transfer encoding of a part', () => {
  it.each(['binary', '8bit', '7bit', ' Binary ', '8BIT; x=y', ''])('can be %j', (encoding) => {
    const lines = `Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: ${encoding}`;
    expect(parse(lines).name).toBe('a');
  });

  it.each(['base64', 'BASE64', 'quoted-printable', 'x-uuencode', 'gzip'])(
    'is refused when it is %s, which would have to be decoded',
    (encoding) => {
      const lines = `Content-Disposition: form-data; name=a\r\ncontent-transfer-encoding:${encoding}`;
      expect(nameOrReason(lines)).toBe('invalid_payload_structure');
    },
  );
});

describe('the header lines of a part', () => {
  it('can be folded, and can have a space before the colon', () => {
    const part = parse(
      'Content-Disposition : form-data;\r\n name="a";\r\n\tfilename="b"\r\nX-Other: 1',
    );
    expect(part).toEqual({
      name: 'a',
      filename: 'b',
      contentType: 'text/plain',
      charset: undefined,
    });
  });

  it('count only once: the first of repeated ones', () => {
    const part = parse('Content-Disposition: x; name=a\r\nContent-Disposition: x; name=b');
    expect(part.name).toBe('a');
  });

  it.each([
    ['a line without a colon', 'Content-Disposition: form-data; name="a"\r\nbroken'],
    ['a line without a name', ': form-data; name="a"'],
    ['a name with a space in it', 'Content Disposition: form-data; name="a"'],
    ['a folded first line', ' Content-Disposition: form-data; name="a"'],
    ['a line feed without a carriage return', 'Content-Disposition: form-data\nContent-Type: a/b'],
    ['a carriage return without a line feed', 'Content-Disposition: form-data\rContent-Type: a/b'],
  ])('are refused with %s', (_case, lines) => {
    expect(() => parse(lines)).toThrow(
      expect.objectContaining({ reason: 'invalid_payload_structure' }),
    );
  });

  it('are parsed or refused with a MultipartError for any bytes', () => {
    const fragments = ['"', '\\', ';', '=', ':', ' ', '\r\n', 'name', 'filename', '%', '%22', 'é'];
    const noise = fc
      .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 3 })))
      .map((pieces) => `Content-Disposition: form-data; ${pieces.join('')}`);
    fc.assert(
      fc.property(noise, (lines) => {
        expect(nameOrReason(lines)).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });
});
