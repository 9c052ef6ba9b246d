import { describe, expect, it } from '@jest/globals';
import { collectPairs, parseByteSize, parseHttpUrl, upTo } from './option-values.js';

describe('parseByteSize', () => {
  it.each([
    ['0', 0],
    ['4096', 4096],
    ['12b', 12],
    ['600KiB', 614_400],
    ['600 kib', 614_400],
    ['1.5MB', 1_500_000],
    ['1024MiB', 1024 ** 3],
  ])('reads %s', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', 'KiB', '-1', '5x', '1e9', '0x10', '1025MiB', '1 2'])('refuses %j', (text) => {
    expect(() => parseByteSize(text)).toThrow(/^(Give a size|At most)/);
  });
});

describe('upTo', () => {
  it('reads whole numbers from 1 to the limit', () => {
    expect(['1', '007', '50'].map((text) => upTo(50)(text))).toEqual([1, 7, 50]);
  });

  it.each(['0', '51', '-1', '1.5', '', 'ten', '1e1'])('refuses %j', (text) => {
    expect(() => upTo(50)(text)).toThrow('Give a whole number from 1 to 50.');
  });
});

describe('collectPairs', () => {
  it('splits at the first equals sign and keeps the order', () => {
    expect(collectPairs('B=', collectPairs('A=1=2'))).toEqual([
      ['A', '1=2'],
      ['B', ''],
    ]);
  });

  it.each(['A', '=1', ''])('refuses %j', (text) => {
    expect(() => collectPairs(text)).toThrow('Give NAME=VALUE.');
  });
});

describe('parseHttpUrl', () => {
  it('takes http and https', () => {
    expect(parseHttpUrl('https://example.org/submit').href).toBe('https://example.org/submit');
    expect(parseHttpUrl('http://[::1]:8000').port).toBe('8000');
  });

  it.each(['ftp://example.org', 'example.org', ''])('refuses %j', (text) => {
    expect(() => parseHttpUrl(text)).toThrow(/^Give an address/);
  });
});
