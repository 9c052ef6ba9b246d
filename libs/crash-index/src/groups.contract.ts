import { indexedFacts } from '#antenna/testing';
import { describe, expect, it } from '@jest/globals';
import { all, hour, type IndexProbe, noon, where } from './index-under-test.contract.js';

export function describeGroups(probe: IndexProbe): void {
  describe('groups', () => {
    it('are counted with times, parts of the time and groups within, the largest first', async () => {
      await probe.put(
        indexedFacts({ signature: 'rare', version: '1.0', date: noon + hour }),
        indexedFacts({ signature: 'often', version: '2.0', date: noon }),
        indexedFacts({ signature: 'often', version: '1.0', date: noon + 3.5 * hour }),
        indexedFacts({ signature: 'often', version: '2.0', date: noon + 3.9 * hour }),
        indexedFacts({ signature: 'often', version: null, date: noon + 2 * hour }),
        indexedFacts({ signature: 'earlier', date: noon - 1 }),
        indexedFacts({ signature: 'later', date: noon + 4 * hour }),
      );
      const query = { since: noon, until: noon + 4 * hour, conditions: [] };
      const signatures = { by: 'signature', within: 'version', buckets: 4, limit: 10 } as const;
      expect(await probe.search.groups(query, [signatures, { by: 'version', limit: 1 }])).toEqual({
        total: 5,
        groups: [
          {
            groupCount: 2,
            groups: [
              {
                value: 'often',
                count: 4,
                firstSeen: noon,
                lastSeen: noon + 3.9 * hour,
                buckets: [1, 0, 1, 2],
                within: [
                  { value: '2.0', count: 2 },
                  { value: '1.0', count: 1 },
                ],
                withinCount: 2,
              },
              {
                value: 'rare',
                count: 1,
                firstSeen: noon + hour,
                lastSeen: noon + hour,
                buckets: [0, 1, 0, 0],
                within: [{ value: '1.0', count: 1 }],
                withinCount: 1,
              },
            ],
          },
          {
            groupCount: 2,
            groups: [
              {
                value: '1.0',
                count: 2,
                firstSeen: noon + hour,
                lastSeen: noon + 3.5 * hour,
                buckets: [],
                within: [],
                withinCount: 0,
              },
            ],
          },
        ],
      });
    });

    it('of equal size are in the order of their values', async () => {
      const values = ['b', 'B', 'é', 'a', '\u{1f4a5}', '\u{ff5e}', 'aa'];
      await probe.put(...values.map((version) => indexedFacts({ version })));
      const sorted = ['B', 'a', 'aa', 'b', 'é', '\u{ff5e}', '\u{1f4a5}'];
      for (const limit of [10, 3]) {
        const { groups } = await probe.groups({ by: 'version', limit });
        expect(groups.map(({ value }) => value)).toEqual(sorted.slice(0, limit));
      }
    });

    it('of a crash with several values count it for each, and of one without for none', async () => {
      await probe.put(
        indexedFacts({ modules: ['a', 'b'], product: null, cpu_count: null }),
        indexedFacts({ modules: ['b', 'c'], product: null, cpu_count: 16 }),
        indexedFacts({ modules: [], product: null, cpu_count: 8 }),
      );
      const modules = await probe.groups({ by: 'modules', limit: 2, buckets: 2 });
      expect(modules).toMatchObject({
        total: 3,
        groupCount: 3,
        groups: [
          { value: 'b', count: 2, buckets: [0, 2] },
          { value: 'a', count: 1, buckets: [0, 1] },
        ],
      });
      expect(await probe.groups({ by: 'product', limit: 2 })).toMatchObject({
        groupCount: 0,
        groups: [],
      });
      expect(await probe.groups({ by: 'cpu_count', limit: 2 })).toMatchObject({
        groups: [{ value: '8' }, { value: '16' }],
      });
    });

    it('have at most ten groups within, and say how many there are', async () => {
      const versions = Array.from({ length: 25 }, (_, n) => `v${String(n).padStart(2, '0')}`);
      await probe.put(...versions.map((version) => indexedFacts({ version })));
      const [group] = (await probe.groups({ by: 'product', within: 'version', limit: 1 })).groups;
      expect(group?.withinCount).toBe(25);
      expect(group?.within.map(({ value }) => value)).toEqual(versions.slice(0, 10));
    });

    it('are those of the conditions', async () => {
      await probe.put(
        indexedFacts({ version: '1' }),
        indexedFacts({ version: '2', os_name: 'Android' }),
      );
      expect(
        await probe.groups({ by: 'version', limit: 9 }, [where('os_name', 'is', 'Android')]),
      ).toMatchObject({ total: 1, groups: [{ value: '2', count: 1 }] });
      expect(
        await probe.groups({ by: 'version', limit: 9 }, [where('os_name', 'is', 'none')]),
      ).toEqual({ total: 0, groupCount: 0, groups: [] });
      expect(await probe.search.groups(all, [])).toEqual({ total: 2, groups: [] });
    });
  });
}
