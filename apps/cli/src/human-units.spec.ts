import { describe, expect, it } from '@jest/globals';
import { formatAge, formatBytes, formatTable } from './human-units.js';

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1023, '1023 bytes'],
    [614_400, '600.0 KiB'],
    [1_572_864, '1.5 MiB'],
  ])('formats %i bytes', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatAge', () => {
  it.each([
    [-5000, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [3_599_999, '59m'],
    [3_600_000, '1h'],
    [86_400_000 * 3, '3d'],
  ])('formats %i ms', (milliseconds, text) => {
    expect(formatAge(milliseconds)).toBe(text);
  });
});

describe('formatTable', () => {
  it('aligns columns and leaves no space at the end of a line', () => {
    const rows = [
      ['queue', 'visible', ''],
      ['processing', '7', 'x'],
    ];
    expect(formatTable(rows, { right: [1] })).toBe('queue       visible\nprocessing        7  x\n');
  });
});
