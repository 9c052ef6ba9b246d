import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DumpNames, InvalidDumpNameError, isDumpName } from './dump-names.js';
import { dumpKey } from './stored-layout.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';

function claimAll(...rawNames: string[]): string[] {
  const names = new DumpNames();
  return rawNames.map((rawName) => names.claim(rawName).name);
}

interface Claim {
  rawName: string;
  name: string;
  note?: string;
}

/** The claim, or nothing when the name is refused with an InvalidDumpNameError. */
function claimOrRefuse(names: DumpNames, rawName: string): Claim[] {
  try {
    return [{ rawName, ...names.claim(rawName) }];
  } catch (error) {
    if (error instanceof InvalidDumpNameError) return [];
    throw error;
  }
}

describe('DumpNames', () => {
  it('keeps a valid name, without a note', () => {
    const names = new DumpNames();
    expect(names.claim('upload_file_minidump')).toEqual({ name: 'upload_file_minidump' });
    expect(names.claim('a'.repeat(30))).toEqual({ name: 'a'.repeat(30) });
  });

  it.each([
    ['upload-file/../minidump', 'uploadfileminidump'],
    ['b'.repeat(31), 'b'.repeat(30)],
    [`\u{1f600}dump\0s`, 'dumps'],
    ['__proto__', '__proto__'],
  ])('changes %j to %s', (rawName, name) => {
    expect(claimAll(rawName)).toEqual([name]);
  });

  it('notes that a name was changed, without quoting invalid characters', () => {
    expect(new DumpNames().claim('<script>\r\nX')).toEqual({
      name: 'scriptX',
      note: 'dump stored as scriptX: the name sent is not valid',
    });
  });

  it.each([
    '',
    '***',
    '\u{1f600}',
    'dump',
    'dump_names',
    'raw_crash',
    'processed_crash',
    'd/u/m/p',
  ])('refuses %j', (rawName) => {
    expect(() => new DumpNames().claim(rawName)).toThrow(
      expect.objectContaining({ code: 'invalid_dump_name' }),
    );
  });

  it('numbers a name that is taken, with a note', () => {
    const names = new DumpNames();
    names.claim('upload_file_minidump');
    expect(names.claim('upload_file_minidump')).toEqual({
      name: 'upload_file_minidump_2',
      note: 'dump stored as upload_file_minidump_2: upload_file_minidump is taken',
    });
    expect(names.claim('upload_file_minidump!').note).toBe(
      'dump stored as upload_file_minidump_3: the name sent is not valid, upload_file_minidump is taken',
    );
  });

  it('skips numbers that the client used', () => {
    expect(claimAll('a', 'a_2', 'a', 'a_3', 'a')).toEqual(['a', 'a_2', 'a_3', 'a_3_2', 'a_4']);
  });

  it('cuts a long name to make room for its number', () => {
    const long = 'c'.repeat(30);
    const claimed = claimAll(...Array.from({ length: 12 }, () => long));
    expect(claimed[1]).toBe(`${'c'.repeat(28)}_2`);
    expect(claimed[11]).toBe(`${'c'.repeat(27)}_12`);
  });

  it('gives thousands of equal names different ones', () => {
    const claimed = claimAll(...Array.from({ length: 12_000 }, () => 'd'.repeat(40)));
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(claimed.every(isDumpName)).toBe(true);
  });

  it('never returns an invalid name or the same name twice', () => {
    const rawNames = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.stringMatching(/^[ab_]{0,2}_[2-4]?$/),
      fc.stringMatching(/^a{28,32}(_[23])?$/),
      fc.constantFrom('upload_file_minidump', 'dump', 'raw_crash', 'raw_crash_2', 'dump_'),
    );
    fc.assert(
      fc.property(fc.array(rawNames, { maxLength: 40 }), (sequence) => {
        const names = new DumpNames();
        const claims = sequence.flatMap((rawName) => claimOrRefuse(names, rawName));
        for (const { rawName, name, note } of claims) {
          expect(name).toMatch(/^[A-Za-z0-9_]{1,30}$/);
          expect(note === undefined).toBe(name === rawName);
        }
        const keys = new Set(claims.map(({ name }) => dumpKey(crashId, name)));
        expect(keys.size).toBe(claims.length);
        expect(keys.has(`v1/raw_crash/${crashId}`) || keys.has(`v1/dump_names/${crashId}`)).toBe(
          false,
        );
      }),
    );
  });
});
