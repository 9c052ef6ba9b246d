import { describe, expect, it } from '@jest/globals';
import { durationFormat, formatDuration, sizeFormat } from './quantities.js';

describe('sizeFormat', () => {
  it.each([
    ['0', 0],
    ['1048576', 1_048_576],
    ['10B', 10],
    ['1kB', 1000],
    ['1KiB', 1024],
    ['25MiB', 26_214_400],
    ['25 mib', 26_214_400],
    ['1.5GB', 1_500_000_000],
    ['2TiB', 2 ** 41],
  ])('parses %j as %i bytes', (string, bytes) => {
    expect(sizeFormat({}).parse(string)).toBe(bytes);
  });

  it.each(['', '-1', '1XB', 'MiB', '1,5MiB', '0x10', '1e3', '99999999TiB', 'Infinity'])(
    'refuses "%s"',
    (string) => {
      expect(() => sizeFormat({}).parse(string)).toThrow(RangeError);
    },
  );

  it.each([
    [0, '0B'],
    [1000, '1kB'],
    [26_214_400, '25MiB'],
    [25_000_000, '25MB'],
    [1_572_864, '1536KiB'],
    [1001, '1001B'],
  ])('writes %i bytes as %s', (bytes, string) => {
    expect(sizeFormat({}).format(bytes)).toBe(string);
    expect(sizeFormat({}).parse(string)).toBe(bytes);
  });
});

describe('durationFormat', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['10M', 600_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
  ])('parses %j as %i ms', (string, milliseconds) => {
    expect(durationFormat({}).parse(string)).toBe(milliseconds);
  });

  it.each(['', '30', '30 sec', '-1s', 's'])('refuses "%s" without a valid unit', (string) => {
    expect(() => durationFormat({}).parse(string)).toThrow(RangeError);
  });

  it('enforces its limits', () => {
    const format = durationFormat({ min: '1s', max: '1h' });

    expect(() => format.parse('999ms')).toThrow(RangeError);
    expect(format.parse('1s')).toBe(1000);
    expect(format.parse('60m')).toBe(3_600_000);
    expect(() => format.parse('61m')).toThrow(RangeError);
  });

  it.each([
    [0, '0ms'],
    [1500, '1500ms'],
    [25_000, '25s'],
    [600_000, '10m'],
  ])('writes %i ms as %s', (milliseconds, string) => {
    expect(formatDuration(milliseconds)).toBe(string);
  });
});
