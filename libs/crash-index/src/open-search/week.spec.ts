import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { endOfWeek, weekOf } from './week.js';

const weekMs = 7 * 24 * 60 * 60 * 1000;

describe('the week of an index', () => {
  it.each([
    ['2026-11-29T23:59:59.999Z', '2026.48'],
    ['2026-11-30T00:00:00.000Z', '2026.49'],
    ['2026-12-31T12:00:00.000Z', '2026.53'],
    ['2027-01-03T23:59:59.999Z', '2026.53'],
    ['2027-01-04T00:00:00.000Z', '2027.01'],
    ['2024-12-30T00:00:00.000Z', '2025.01'],
  ])('of %s is %s', (time, week) => {
    expect(weekOf(Date.parse(time))).toBe(week);
  });

  it('ends after each of its times, at most a week later', () => {
    const times = fc.integer({ min: Date.UTC(2000, 0, 3), max: Date.UTC(2099, 0, 1) });
    fc.assert(
      fc.property(times, (time) => {
        const end = endOfWeek(weekOf(time)) ?? 0;
        expect(end).toBeGreaterThan(time);
        expect(end - time).toBeLessThanOrEqual(weekMs);
      }),
    );
  });

  it.each([Number.MIN_SAFE_INTEGER, -1, 0, Number.MAX_SAFE_INTEGER])(
    'is one of this century for %d, which a client may have sent',
    (time) => expect(weekOf(time)).toMatch(/^(20\d\d|2100)\.\d\d$/),
  );

  it.each(['', '2026', '2026.1', 'other', '2026.011'])('%j is none', (name) => {
    expect(endOfWeek(name)).toBeUndefined();
  });
});
