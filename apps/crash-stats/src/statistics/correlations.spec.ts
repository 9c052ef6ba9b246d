import type { IndexedFacts } from '#antenna/crash-index';
import { indexedFacts } from '#antenna/testing';
import { describe, expect, it } from '@jest/globals';
import { correlations, fieldsToCompare, moduleCorrelations } from './correlations.js';

function crashes(count: number, facts: Partial<IndexedFacts> = {}): IndexedFacts[] {
  return Array.from({ length: count }, () => indexedFacts(facts));
}

const driver = { adapter_driver_version: 'bad' };

describe('correlations', () => {
  it('have shares, supports and lift, the largest difference first', () => {
    const sample = [
      ...crashes(60, { ...driver, version: '2.0' }),
      ...crashes(20, driver),
      ...crashes(20, { adapter_driver_version: null }),
    ];
    const rest = [...crashes(10, driver), ...crashes(90), ...crashes(100, { version: '0.9' })];
    const fields = ['version', 'adapter_driver_version'] as const;

    expect(correlations(sample, rest, fields)).toEqual({
      sample: 100,
      rest: 200,
      found: [
        {
          field: 'adapter_driver_version',
          value: 'bad',
          support: 80,
          supportInRest: 10,
          share: 0.8,
          shareInRest: 0.05,
          lift: 16,
        },
        {
          field: 'version',
          value: '2.0',
          support: 60,
          supportInRest: 0,
          share: 0.6,
          shareInRest: 0,
          lift: null,
        },
      ],
    });
  });

  it.each([
    ['a value in less than five crashes', crashes(4, driver), crashes(1000)],
    ['a difference below 0.2', [...crashes(190, driver), ...crashes(810)], crashes(1000)],
    [
      'a difference that chance explains',
      [...crashes(5, driver), ...crashes(5)],
      [...crashes(10, driver), ...crashes(30)],
    ],
    [
      'a value that is rarer than in the rest',
      [...crashes(10, driver), ...crashes(40)],
      crashes(50, driver),
    ],
    ['anything without a rest', crashes(50, driver), []],
    ['anything without a sample', [], crashes(50, driver)],
  ])('are not %s', (_, sample, rest) => {
    const { found } = correlations(sample, rest, ['adapter_driver_version']);
    expect(found.filter(({ value }) => value === 'bad')).toEqual([]);
  });

  it('count a module once for a crash', () => {
    const sample = crashes(10, { modules: ['injected.dll', 'injected.dll'] });
    const { found } = moduleCorrelations(sample, crashes(10));
    expect(found).toMatchObject([{ value: 'injected.dll', support: 10, share: 1, lift: null }]);
  });

  it('of modules are those among crashes of the most frequent OS', () => {
    const windows = { os_name: 'Windows', modules: ['xul.dll', 'ntdll.dll'] };
    const injected = { ...windows, modules: [...windows.modules, 'injected.dll'] };
    const sample = [...crashes(30, injected), ...crashes(10)];
    const found = moduleCorrelations(sample, [...crashes(40, windows), ...crashes(60)]);

    expect(found).toMatchObject({ os: 'Windows', sample: 30, rest: 40 });
    expect(found.found.map(({ value }) => value)).toEqual(['injected.dll']);
  });

  it('of fields that only some may see are for those alone', () => {
    expect(fieldsToCompare(false)).toContain('reason');
    expect(fieldsToCompare(false)).not.toContain('moz_crash_reason');
    expect(fieldsToCompare(true)).toEqual(
      expect.arrayContaining([...fieldsToCompare(false), 'moz_crash_reason', 'abort_message']),
    );
  });
});
