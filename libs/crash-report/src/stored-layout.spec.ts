import { describe, expect, it } from '@jest/globals';
import {
  dumpKey,
  dumpNamesKey,
  rawCrashKey,
  serializeDumpNames,
  isBatchKey,
  stagedBatchKey,
  stagedEnvelopeKey,
  submissionOf,
} from './stored-layout.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';

describe('the stored layout', () => {
  it('has the keys that processors read', () => {
    expect(rawCrashKey(crashId)).toBe(`v1/raw_crash/20160918/${crashId}`);
    expect(dumpNamesKey(crashId)).toBe(`v1/dump_names/${crashId}`);
    expect(dumpKey(crashId, 'upload_file_minidump')).toBe(`v1/dump/${crashId}`);
    expect(dumpKey(crashId, 'upload_file_minidump_browser')).toBe(
      `v1/upload_file_minidump_browser/${crashId}`,
    );
    expect(stagedEnvelopeKey(crashId)).toBe(`v1/envelope/20160918/${crashId}`);
  });

  it('stages each report of a submitted id under its own key', () => {
    const key = stagedEnvelopeKey(crashId, 1_795_343_430_456);
    expect(key).toBe(`v1/envelope/20160918/${crashId}.1795343430456`);
    expect(submissionOf(key)).toBe(1_795_343_430_456);
    expect(submissionOf(stagedEnvelopeKey(crashId))).toBeUndefined();
  });

  it('stages a batch under a key of its first id and of all ids in their order', () => {
    const others = ['0', '1', '2'].map((digit) => `${digit}${crashId.slice(1)}`);
    const keys = [[crashId], [crashId, ...others], [crashId, ...others.toReversed()]].map(
      stagedBatchKey,
    );
    expect(new Set(keys).size).toBe(3);
    expect(stagedBatchKey([crashId, ...others])).toBe(keys[1]);
    for (const key of keys) {
      expect(key).toMatch(new RegExp(`^v1/batch/20160918/${crashId}-[0-9a-f]{16}$`));
      expect(submissionOf(key)).toBeUndefined();
      expect(isBatchKey(key)).toBe(true);
    }
    expect(isBatchKey(stagedEnvelopeKey(crashId))).toBe(false);
    expect(() => stagedBatchKey([])).toThrow(RangeError);
  });

  it('refuses to make a key from an invalid crash id', () => {
    const forged = '../../raw_crash/20160918/x';
    expect(() => rawCrashKey(forged)).toThrow(RangeError);
    expect(() => dumpNamesKey(forged)).toThrow(RangeError);
    expect(() => dumpKey(forged, 'upload_file_minidump')).toThrow(RangeError);
    expect(() => stagedEnvelopeKey(forged)).toThrow(RangeError);
    expect(() => stagedBatchKey([crashId, forged])).toThrow(RangeError);
  });

  it.each(['', 'dump', 'raw_crash', 'dump_names', 'processed_crash', 'a/b', '..', 'e'.repeat(31)])(
    'has no folder for a dump called %j',
    (name) => {
      expect(() => dumpKey(crashId, name)).toThrow(RangeError);
    },
  );
});

describe('serializeDumpNames', () => {
  it('is a sorted JSON array', () => {
    const names = ['upload_file_minidump', 'Zeta', 'memory_report'];
    expect(serializeDumpNames(names).toString()).toBe(
      '["Zeta","memory_report","upload_file_minidump"]',
    );
    expect(names[0]).toBe('upload_file_minidump');
    expect(serializeDumpNames([]).toString()).toBe('[]');
  });
});
