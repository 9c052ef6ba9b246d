import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type SeededIndex, seededIndex } from '../../test/seeded-index.js';
import { Viewer } from '../access/viewer.js';
import { barsOf } from './bars.js';
import { productCounts } from './products.js';
import { risingSignatures } from './rising.js';
import { signatureOf, signatureReport } from './signature-report.js';
import { topCrashers } from './top-crashers.js';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 28, 15, 30);
const week = { since: now - 7 * day, until: now, conditions: [] };
const ago = (days: number): number => now - days * day - 1;

describe('statistics of a SQLite index', () => {
  let index: SeededIndex;

  beforeEach(async () => {
    index = await seededIndex();
  });

  afterEach(async () => {
    await index.close();
  });

  describe('top crashers', () => {
    it('have count, share, the days, and the rank of the period before', async () => {
      await index.add(6, { signature: 'rises', date: ago(0) });
      await index.add(3, { signature: 'falls', date: ago(6) });
      await index.add(1, { signature: 'is new', date: ago(1) });
      await index.add(2, { signature: 'falls', date: ago(8) });
      await index.add(1, { signature: 'rises', date: ago(8) });
      await index.add(1, { signature: 'rises', date: ago(30) });

      const { crashers, ...all } = await topCrashers(index.search, week, 50);
      expect(all).toEqual({ total: 10, totalBefore: 3, signatureCount: 3 });
      expect(crashers).toEqual([
        {
          rank: 1,
          signature: 'rises',
          count: 6,
          share: 0.6,
          rankBefore: 2,
          countBefore: 1,
          firstSeen: ago(30),
          bars: [0, 0, 0, 0, 0, 0, 6],
        },
        {
          rank: 2,
          signature: 'falls',
          count: 3,
          share: 0.3,
          rankBefore: 1,
          countBefore: 2,
          firstSeen: ago(8),
          bars: [3, 0, 0, 0, 0, 0, 0],
        },
        {
          rank: 3,
          signature: 'is new',
          count: 1,
          share: 0.1,
          rankBefore: null,
          countBefore: 0,
          firstSeen: ago(1),
          bars: [0, 0, 0, 0, 0, 1, 0],
        },
      ]);
    });

    it('are those of the conditions, up to the limit', async () => {
      await index.add(3, { signature: 'a', product: 'A', date: ago(1) });
      await index.add(2, { signature: 'b', product: 'A', date: ago(1) });
      await index.add(9, { signature: 'c', product: 'B', date: ago(1) });
      await index.add(9, { signature: 'b', product: 'B', date: ago(9) });
      const conditions = [{ field: 'product', operator: 'is', values: ['A'] }] as const;

      const top = await topCrashers(index.search, { ...week, conditions }, 1);
      expect(top).toMatchObject({ total: 5, totalBefore: 0, signatureCount: 2 });
      expect(top.crashers).toMatchObject([{ signature: 'a', share: 0.6, rankBefore: null }]);
    });

    it('are none of an empty index', async () => {
      const top = await topCrashers(index.search, week, 50);
      expect(top).toEqual({ total: 0, totalBefore: 0, signatureCount: 0, crashers: [] });
    });
  });

  it('counts crashes of products a day', async () => {
    await index.add(14, { product: 'A', date: ago(2) });
    await index.add(14, { product: 'A', date: ago(20) });
    await index.add(1, { product: 'B', date: ago(27) });
    await index.add(5, { product: 'C', date: ago(28) });
    await index.add(1, { product: null, date: ago(0) });

    const { total, products } = await productCounts(index.search, now);
    expect(total).toBe(30);
    expect(products).toMatchObject([
      { product: 'A', count: 28, perDay7: 2, perDay28: 1 },
      { product: 'B', count: 1, perDay7: 0, perDay28: 1 / 28 },
    ]);
    expect(products[0]?.bars.flatMap((count, at) => (count > 0 ? [[at, count]] : []))).toEqual([
      [7, 14],
      [25, 14],
    ]);
  });

  it('finds signatures that rise beyond chance: new ones first, then by score', async () => {
    await index.add(10, { signature: 'new', product: 'A', date: ago(1) });
    await index.add(9, { signature: 'too few', date: ago(1) });
    await index.add(100, { signature: 'doubled', date: ago(1) });
    await index.add(50, { signature: 'doubled', date: ago(8) });
    await index.add(100, { signature: 'noise', date: ago(1) });
    await index.add(75, { signature: 'noise', date: ago(8) });
    await index.add(10, { signature: 'falls', date: ago(1) });
    await index.add(90, { signature: 'falls', date: ago(8) });
    await index.add(40, { signature: 'is back', date: ago(6) });
    await index.add(1, { signature: 'is back', date: ago(100) });

    const rising = await risingSignatures(index.search, now, 10);
    expect(rising).toMatchObject([
      { signature: 'new', product: 'A', count: 10, countBefore: 0, isNew: true },
      { signature: 'is back', count: 40, countBefore: 0, isNew: false, firstSeen: ago(100) },
      { signature: 'doubled', count: 100, countBefore: 50, isNew: false },
    ]);
    expect(rising.map(({ score }) => score.toFixed(1))).toEqual(['3.2', '6.3', '4.1']);
    expect(await risingSignatures(index.search, now, 1)).toHaveLength(1);
  });

  describe('the report of a signature', () => {
    const query = {
      ...week,
      conditions: [{ field: 'signature', operator: 'is', values: ['s | <b>'] }],
    } as const;
    const viewer = new Viewer('v', 'viewer');

    it('counts its crashes by fields and days, and has the newest', async () => {
      await index.add(3, { signature: 's | <b>', version: '2.0', date: ago(1) });
      await index.add(1, {
        signature: 's | <b>',
        version: '1.0',
        date: ago(0),
        abort_message: 'x',
      });
      await index.add(1, { signature: 's | <b>', date: ago(50) });
      await index.add(5, { signature: 'other', date: ago(0) });

      const report = await signatureReport(index.search, query, 's | <b>', viewer);
      expect(report).toMatchObject({
        total: 4,
        firstSeen: ago(50),
        bars: [0, 0, 0, 0, 0, 3, 1],
        comparedProduct: 'MyGame',
      });
      expect(report.facets.find(({ field }) => field === 'version')).toEqual({
        field: 'version',
        valueCount: 2,
        values: [
          { value: '2.0', count: 3 },
          { value: '1.0', count: 1 },
        ],
      });
      expect(report.latest.map(({ date }) => date)).toEqual([ago(0), ago(1), ago(1), ago(1)]);
      expect(JSON.stringify(report)).not.toContain('abort_message');
    });

    it('compares it with the other crashes of its product, never in what the viewer may not see', async () => {
      const facts = { date: ago(1), cpu_arch: 'arm64', moz_crash_reason: 'secret' };
      const modules = ['game', 'injected.so'];
      await index.add(20, { ...facts, signature: 's | <b>', modules });
      await index.add(2, { ...facts, signature: 's | <b>', product: 'Other', version: '7' });
      await index.add(30, { date: ago(1), signature: 'other' });
      await index.add(30, { ...facts, modules, signature: 'other', product: 'Other' });
      await index.add(30, { ...facts, date: ago(8), modules, signature: 'other' });

      const values = async (role: 'viewer' | 'protected'): Promise<string[]> => {
        const who = new Viewer('v', role);
        const { annotations } = await signatureReport(index.search, query, 's | <b>', who);
        expect(annotations).toMatchObject({ sample: 20, rest: 30 });
        return annotations.found.map(({ value }) => value);
      };
      expect(await values('viewer')).toEqual(['arm64']);
      expect((await values('protected')).toSorted()).toEqual(['arm64', 'secret']);

      const { modules: found } = await signatureReport(index.search, query, 's | <b>', viewer);
      expect(found).toMatchObject({ os: 'Linux', sample: 20, rest: 30 });
      expect(found.found).toMatchObject([{ value: 'injected.so', support: 20, lift: null }]);
    });

    it('compares at most 500 crashes of each kind', async () => {
      await index.add(510, { signature: 's | <b>', date: ago(1) });
      await index.add(510, { signature: 'other', date: ago(1) });
      const report = await signatureReport(index.search, query, 's | <b>', viewer);
      expect(report.annotations).toMatchObject({ sample: 500, rest: 500 });
    });

    it.each(['never seen', ''])('is empty for %j', async (signature) => {
      await index.add(1, { signature: 'other', date: ago(1) });
      const conditions = [{ field: 'signature', operator: 'is', values: [signature] }] as const;
      const asked = { ...week, conditions };
      const report = await signatureReport(index.search, asked, signature, viewer);
      expect(report).toMatchObject({ total: 0, bars: [], latest: [] });
      expect(report.firstSeen).toBeUndefined();
    });
  });

  it('needs exactly one signature for a report', () => {
    const asked = (operator: 'is' | 'contains', ...values: string[]) => ({
      ...week,
      conditions: [{ field: 'signature', operator, values } as const],
    });
    expect(signatureOf(asked('is', 'a'))).toBe('a');
    expect(signatureOf(asked('is', 'a', 'b'))).toBeUndefined();
    expect(signatureOf(asked('contains', 'a'))).toBeUndefined();
    expect(signatureOf(week)).toBeUndefined();
  });

  it.each([
    [1 / 24, 'hour', 1],
    [1, 'hour', 24],
    [7, 'day', 7],
    [28, 'day', 28],
    [400, 'week', 57],
    [1e-6, 'hour', 1],
  ])('divides %d days by %s', (days, unit, count) => {
    expect(barsOf({ since: now - days * day, until: now })).toEqual({ unit, count });
  });
});
