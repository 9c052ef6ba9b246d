import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  crashIdDate,
  crashIdVerdict,
  createCrashId,
  formatSubmittedTimestamp,
  isCrashId,
} from './crash-id.js';

const grammar =
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{5}[01]\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;

const firstYear = 2000;
const yearsOfAnId = 100;
const aDay = 24 * 60 * 60 * 1000;

/** Times from 2000 to 2099, many of them within two milliseconds of a midnight, a year's end or a leap day. */
const instants = fc.oneof(
  fc.date({
    min: new Date('2000-01-01T00:00:00.000Z'),
    max: new Date('2099-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  }),
  fc
    .tuple(
      fc.integer({ min: firstYear, max: firstYear + yearsOfAnId - 2 }),
      fc.constantFrom('-02-28', '-02-29', '-12-31', '-06-15'),
      fc.integer({ min: -2, max: 2 }),
    )
    .map(([year, day, offset]) => new Date(Date.parse(`${year}${day}T00:00:00Z`) + aDay + offset))
    .filter((date) => !Number.isNaN(date.getTime())),
);
const verdicts = fc.constantFrom('accept' as const, 'defer' as const);

const randomUuid = (): string => 'de1bb258-cbbf-4589-a673-34f802f1a2b3';

describe('createCrashId', () => {
  it('replaces the last seven characters of the UUID', () => {
    const now = new Date('2016-09-18T00:00:00.000Z');
    expect(createCrashId({ now, verdict: 'accept', randomUuid })).toBe(
      'de1bb258-cbbf-4589-a673-34f800160918',
    );
    expect(createCrashId({ now, verdict: 'defer', randomUuid })).toBe(
      'de1bb258-cbbf-4589-a673-34f801160918',
    );
  });

  it('takes the date in UTC at the last millisecond of a year and the first of the next', () => {
    const last = createCrashId({ now: new Date('2023-12-31T23:59:59.999Z'), verdict: 'accept' });
    const first = createCrashId({ now: new Date('2024-01-01T00:00:00.000Z'), verdict: 'accept' });
    expect([crashIdDate(last), crashIdDate(first)]).toEqual(['20231231', '20240101']);
  });

  it('has valid syntax and the verdict at every time', () => {
    fc.assert(
      fc.property(instants, verdicts, (now, verdict) => {
        const id = createCrashId({ now, verdict });
        expect(id).toMatch(grammar);
        expect(isCrashId(id)).toBe(true);
        expect(crashIdVerdict(id)).toBe(verdict);
      }),
    );
  });

  it('has the same date as the submitted timestamp', () => {
    fc.assert(
      fc.property(instants, verdicts, (now, verdict) => {
        const date = crashIdDate(createCrashId({ now, verdict }));
        expect(date).toBe(formatSubmittedTimestamp(now).slice(0, 10).replaceAll('-', ''));
      }),
    );
  });

  it('creates a new id each time', () => {
    const now = new Date('2026-02-28T12:00:00Z');
    const ids = Array.from({ length: 200 }, () => createCrashId({ now, verdict: 'accept' }));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('isCrashId', () => {
  const valid = 'de1bb258-cbbf-4589-a673-34f800160918';

  it('accepts the example of the contract', () => {
    expect(isCrashId(valid)).toBe(true);
  });

  it.each([
    ['a throttle digit that is neither 0 nor 1', 'de1bb258-cbbf-4589-a673-34f802160918'],
    ['upper case', valid.toUpperCase()],
    ['letters in the date', 'de1bb258-cbbf-4589-a673-34f80016091a'],
    ['the prefix of the response', `bp-${valid}`],
    ['a line end', `${valid}\n`],
    ['a path', `../${valid}`],
    ['nothing', ''],
  ])('refuses %s', (_case, text) => {
    expect(isCrashId(text)).toBe(false);
    expect(() => crashIdDate(text)).toThrow(RangeError);
    expect(() => crashIdVerdict(text)).toThrow(RangeError);
  });
});

describe('formatSubmittedTimestamp', () => {
  it('has microseconds and a numeric zone', () => {
    expect(formatSubmittedTimestamp(new Date('2024-02-29T23:59:59.007Z'))).toBe(
      '2024-02-29T23:59:59.007000+00:00',
    );
  });
});
