import { describe, expect, it } from '@jest/globals';

import { isMinidumpName, minidumpProblem } from './minidump.js';

describe('isMinidumpName', () => {
  it.each([
    ['upload_file_minidump', true],
    ['upload_file_minidump_browser', true],
    ['upload_file_minidump_2', true],
    ['upload_file_minidumps', false],
    ['memory_report', false],
    ['x_upload_file_minidump', false],
  ])('of %s is %s', (name, expected) => {
    expect(isMinidumpName(name)).toBe(expected);
  });
});

describe('minidumpProblem', () => {
  it.each([
    ['', 'empty'],
    ['MDM', 'not_a_minidump'],
    ['PMDM', 'not_a_minidump'],
    ['<html>', 'not_a_minidump'],
    ['MDMP', undefined],
    ['MDMP\u0093\u00a7', undefined],
  ])('of %j is %s', (head, expected) => {
    expect(minidumpProblem(Buffer.from(head, 'latin1'))).toBe(expected);
  });
});
