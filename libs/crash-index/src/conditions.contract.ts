import { indexedFacts } from '#antenna/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Condition } from './crash-query.js';
import { hour, type IndexProbe, noon, where } from './index-under-test.contract.js';

export function describeConditions(probe: IndexProbe): void {
  describe('conditions', () => {
    beforeEach(async () => {
      await probe.put(
        indexedFacts({ signature: 'a', product: 'Fenix', uptime: 10, modules: ['ntdll.dll'] }),
        indexedFacts({
          signature: 'b',
          product: 'Focus',
          uptime: 60,
          modules: ['NTDLL.dll', 'b'],
        }),
        indexedFacts({ signature: 'c', product: null, uptime: null, modules: [], cpu_count: 4 }),
      );
    });

    it.each<[Condition, string[]]>([
      [where('product', 'is', 'Fenix'), ['a']],
      [where('product', 'is', 'fenix'), []],
      [where('product', 'is', 'Fenix', 'Focus'), ['a', 'b']],
      [where('product', 'is_not', 'Fenix'), ['b', 'c']],
      [where('product', 'is_not', 'Fenix', 'Focus'), ['c']],
      [where('product', 'contains', 'EN'), ['a']],
      [where('product', 'contains', 'en', 'oc'), ['a', 'b']],
      [where('product', 'contains', ''), ['a', 'b']],
      [where('product', 'starts_with', 'fE'), ['a']],
      [where('product', 'starts_with', 'enix'), []],
      [where('product', 'matches', '^F.(n|c)'), ['a', 'b']],
      [where('product', 'matches', 'i[w-z]$'), ['a']],
      [where('product', 'matches', 'fenix'), []],
      [where('product', 'matches', 'e{1,2}n|u?s'), ['a', 'b']],
      [where('product', 'exists', 'true'), ['a', 'b']],
      [where('product', 'exists', 'false'), ['c']],
      [where('product', 'exists', 'false', 'true'), ['a', 'b', 'c']],
      [where('modules', 'is', 'ntdll.dll'), ['a']],
      [where('modules', 'is', 'b', 'x'), ['b']],
      [where('modules', 'is_not', 'b'), ['a', 'c']],
      [where('modules', 'contains', 'dll.D'), ['a', 'b']],
      [where('modules', 'starts_with', 'nt'), ['a', 'b']],
      [where('modules', 'matches', '^NT'), ['b']],
      [where('modules', 'exists', 'false'), ['c']],
      [where('modules', 'exists', 'true'), ['a', 'b']],
      [where('uptime', 'is', '60', '7'), ['b']],
      [where('uptime', 'is_not', '60'), ['a', 'c']],
      [where('uptime', 'before', '60'), ['a']],
      [where('uptime', 'after', '60'), ['b']],
      [where('uptime', 'after', '9.5'), ['a', 'b']],
      [where('uptime', 'exists', 'false'), ['c']],
      [where('cpu_count', 'before', '8'), ['c']],
      [where('signature', 'is', 'a', 'c'), ['a', 'c']],
    ])('%j', async (condition, expected) => {
      expect(await probe.found(condition)).toEqual(expected);
    });

    it('must all hold', async () => {
      expect(
        await probe.found(where('product', 'starts_with', 'F'), where('uptime', 'after', '60')),
      ).toEqual(['b']);
      expect(
        await probe.found(where('product', 'contains', 'F'), where('product', 'is_not', 'Focus')),
      ).toEqual(['a']);
    });

    it('compare crash ids and times', async () => {
      const crash = indexedFacts({ signature: 'late', date: noon + hour });
      await probe.put(crash);
      const id = crash.crash_id;
      expect(await probe.found(where('crash_id', 'is', id, 'x'))).toEqual(['late']);
      expect(await probe.found(where('crash_id', 'starts_with', id.slice(0, 30)))).toEqual([
        'late',
      ]);
      expect(await probe.found(where('crash_id', 'contains', id.slice(5, 30)))).toEqual(['late']);
      expect(await probe.found(where('crash_id', 'is_not', id))).toEqual(['a', 'b', 'c']);
      expect(await probe.found(where('date', 'after', String(noon + hour)))).toEqual(['late']);
      expect(await probe.found(where('date', 'before', String(noon + 1)))).toEqual(['a', 'b', 'c']);
    });

    it.each([
      '100%',
      '100_',
      `it's "quoted"`,
      'a\\b',
      'a*b?[c]',
      '{a} | <b> & ~c @d #e',
      '漢字 \u{1f4a5}',
      '\u{202e}abc',
      '\u{fffd}',
      '',
      ' ',
      'x'.repeat(255),
    ])('take the value %j as it is', async (value) => {
      await probe.put(
        indexedFacts({ signature: 'hostile', version: value, modules: [`${value}!`] }),
        indexedFacts({ signature: 'other', version: '100xy', modules: [] }),
      );
      const only = where('signature', 'is', 'hostile', 'other');
      expect(await probe.found(only, where('version', 'is', value))).toEqual(['hostile']);
      expect(await probe.found(only, where('version', 'is_not', value))).toEqual(['other']);
      expect(await probe.found(only, where('modules', 'is', `${value}!`.slice(0, 255)))).toEqual(
        value.length < 255 ? ['hostile'] : [],
      );
      const both = value === '' ? ['hostile', 'other'] : ['hostile'];
      expect(await probe.found(only, where('version', 'contains', value))).toEqual(both);
      expect(await probe.found(only, where('version', 'starts_with', value))).toEqual(both);
      const quoted = `^(${value.replaceAll(/[!-/:-@[-`{-~]/g, '\\$&')}|none)$`;
      const matched =
        value === '' ? ['hostile'] : await probe.found(only, where('version', 'matches', quoted));
      expect(matched).toEqual(['hostile']);
      const { groups: counted } = await probe.groups({ by: 'version', limit: 9 }, [only]);
      expect(counted?.map((group) => group.value).toSorted()).toEqual([value, '100xy'].toSorted());
    });

    it('find values as they were indexed: without NUL, well-formed, cut', async () => {
      const value = `a\u{fffd}b${'x'.repeat(252)}`;
      await probe.put(indexedFacts({ signature: 'cut', version: value }));
      const asked = `a\0b${'x'.repeat(500)}`;
      expect(await probe.found(where('version', 'is', asked))).toEqual(['cut']);
      expect(await probe.found(where('version', 'starts_with', 'a\u{d800}b'))).toEqual(['cut']);
    });
  });
}
