import { describe, expect, it } from '@jest/globals';
import {
  collectCrashIds,
  collectPairs,
  parseAge,
  parseByteSize,
  parseDay,
  parseHttpUrl,
  parseShare,
  upTo,
} from './option-values.js';

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

  it.each(['', 'KiB', '-1', '5x', '1e9', '0x10', '1025MiB', '1 2'])('rejects %j', (text) => {
    expect(() => parseByteSize(text)).toThrow(/^(Must be a size|Must be at most)/);
  });
});

describe('upTo', () => {
  it('reads whole numbers from 1 to the limit', () => {
    expect(['1', '007', '50'].map((text) => upTo(50)(text))).toEqual([1, 7, 50]);
  });

  it.each(['0', '51', '-1', '1.5', '', 'ten', '1e1'])('rejects %j', (text) => {
    expect(() => upTo(50)(text)).toThrow('Must be a whole number from 1 to 50.');
  });
});

describe('collectPairs', () => {
  it('splits at the first equals sign and keeps the order', () => {
    expect(collectPairs('B=', collectPairs('A=1=2'))).toEqual([
      ['A', '1=2'],
      ['B', ''],
    ]);
  });

  it.each(['A', '=1', ''])('rejects %j', (text) => {
    expect(() => collectPairs(text)).toThrow('Must be NAME=VALUE.');
  });
});

describe('parseHttpUrl', () => {
  it('accepts http and https', () => {
    expect(parseHttpUrl('https://example.org/submit').href).toBe('https://example.org/submit');
    expect(parseHttpUrl('http://[::1]:8000').port).toBe('8000');
  });

  it.each(['ftp://example.org', 'example.org', ''])('rejects %j', (text) => {
    expect(() => parseHttpUrl(text)).toThrow(/^Must be an address/);
  });
});

describe('parseShare', () => {
  it.each([
    ['10%', 0.1],
    ['0.5%', 0.005],
    ['100%', 1],
  ])('reads %s', (text, share) => {
    expect(parseShare(text)).toBe(share);
  });

  it.each(['10', '0%', '101%', '-1%', '%', '1e1%'])('rejects %s', (text) => {
    expect(() => parseShare(text)).toThrow('Must be a percentage such as 10% or 0.5%');
  });
});

describe('parseAge', () => {
  it.each([
    ['0s', 0],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
  ])('reads %s', (text, milliseconds) => {
    expect(parseAge(text)).toBe(milliseconds);
  });

  it.each(['', '1', 'h', '-1h', '1.5h', '1w', '1h30m'])('rejects %j', (text) => {
    expect(() => parseAge(text)).toThrow('Must be an age');
  });
});

describe('parseDay', () => {
  it.each(['20261122', '20240229', '20261231'])('accepts %s', (text) => {
    expect(parseDay(text)).toBe(text);
  });

  it.each(['', '20260229', '20261301', '20261100', '2026112', '202611220'])(
    'rejects %j',
    (text) => {
      expect(() => parseDay(text)).toThrow('Must be a day');
    },
  );
});

describe('collectCrashIds', () => {
  it('collects crash ids with and without their prefix', () => {
    const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';
    expect(collectCrashIds(` bp-${crashId}`, collectCrashIds(crashId))).toEqual([crashId, crashId]);
    expect(() => collectCrashIds('de1bb258')).toThrow('Must be a crash id');
  });
});
