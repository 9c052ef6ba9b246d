import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import {
  type Condition,
  crashFields,
  type FieldName,
  parseCrashQuery,
  queryParameters,
} from './index.js';
import { operatorsOf } from './crash-query.js';

const now = Date.parse('2026-11-29T12:00Z');
const day = 86_400_000;
const fields = Object.keys(crashFields) as FieldName[];

function parse(text: string, options: { mayUseProtected?: boolean; others?: string[] } = {}) {
  const params = new URLSearchParams(text);
  return parseCrashQuery(params, { now, mayUseProtected: true, ...options });
}

describe('parseCrashQuery', () => {
  it('reads conditions, of which repeated ones have several values', () => {
    expect(
      parse(
        'product=Firefox&version.is_not=1.0&signature.contains=free&product.is=B2G&product=B2G&uptime.before=60&reason.exists=false&signature.matches=^a%2Bb$&modules.starts_with=xul',
      ),
    ).toEqual({
      query: {
        since: now - 7 * day,
        until: now,
        conditions: [
          { field: 'product', operator: 'is', values: ['Firefox', 'B2G'] },
          { field: 'version', operator: 'is_not', values: ['1.0'] },
          { field: 'signature', operator: 'contains', values: ['free'] },
          { field: 'uptime', operator: 'before', values: ['60'] },
          { field: 'reason', operator: 'exists', values: ['false'] },
          { field: 'signature', operator: 'matches', values: ['^a+b$'] },
          { field: 'modules', operator: 'starts_with', values: ['xul'] },
        ],
      },
      problems: [],
    });
  });

  it.each([
    ['', '2026-11-22T12:00Z', '2026-11-29T12:00Z'],
    ['days=400', '2025-10-25T12:00Z', '2026-11-29T12:00Z'],
    ['date.after=2026-11-28', '2026-11-28T00:00Z', '2026-11-29T12:00Z'],
    ['date.before=2026-11-28', '2026-11-21T00:00Z', '2026-11-28T00:00Z'],
    ['days=1&date.before=2026-11-28T01:02', '2026-11-27T01:02Z', '2026-11-28T01:02Z'],
    [
      'date.after=2026-02-28T23:59:59.5Z&date.before=2026-03-01T00:00:00.123',
      '2026-02-28T23:59:59.500Z',
      '2026-03-01T00:00:00.123Z',
    ],
    ['date.before=1970-01-02', '1970-01-01T00:00Z', '1970-01-02T00:00Z'],
  ])('reads the time of %j', (text, since, until) => {
    expect(parse(text).query).toMatchObject({ since: Date.parse(since), until: Date.parse(until) });
  });

  it.each([
    ['prodct=x', 'there is no field "prodct": did you mean product?'],
    ['facets=x', 'there is no field "facets": did you mean facet?'],
    ['__proto__=x', 'there is no field "__proto__": expected one of: crash_id, date'],
    ['constructor.is=x', 'there is no field "constructor"'],
    ['=x', 'there is no field ""'],
    ['version.isnot=1', 'version has no operator "isnot": did you mean is_not?'],
    ['version.=1', 'version has no operator ""'],
    ['version.is.not=1', 'version has no operator "is.not"'],
    ['version.before=1', 'version has no operator before: use one of is, is_not, contains'],
    ['uptime.contains=1', 'uptime has no operator contains: use one of is, is_not, before'],
    ['date.contains=2026', 'date has no operator contains: use one of before, after'],
    ['date=2026-01-01', 'date has no operator is: use one of before, after'],
    ['uptime=abc', 'uptime is "abc": use a number, such as 60 or 0.5'],
    ['uptime.after=1e999', 'uptime.after is "1e999": use a number'],
    ['uptime.before=1&uptime.before=2', 'uptime.before has 2 values: give one'],
    ['reason.exists=maybe', 'reason.exists is "maybe": use true or false'],
    [
      'signature.matches=(',
      'signature.matches: the regular expression "(" has a group that is not closed',
    ],
    [
      'signature.matches=(a)\\1',
      'signature.matches: the regular expression "(a)\\\\1" has "\\\\1", which is not supported',
    ],
    ['product=', 'product has no value: give one, or remove it'],
    ['days=0', 'days is "0": use a whole number from 1 to 400'],
    ['days=401', 'days is "401": use a whole number from 1 to 400'],
    ['days=7&days=8', 'days is given 2 times: give it once'],
    ['days=7&date.after=2026-01-01', 'give either days or date.after'],
    ['date.after=yesterday', 'date.after is "yesterday": use a time in UTC, such as 2026-01-31'],
    ['date.before=2026-02-30', 'date.before is "2026-02-30": use a time in UTC'],
    ['date.before=1969-12-31', 'date.before is "1969-12-31": use a time in UTC'],
    ['date.after=2027-01-01', 'date.after is "2027-01-01", which is not before now'],
    [
      'date.after=2026-01-02&date.before=2026-01-02',
      'date.after is "2026-01-02", which is not before date.before: use an earlier time',
    ],
    ['date.after=2025-01-01', 'the time is 698 days long: use at most 400'],
  ])('refuses %j', (text, problem) => {
    const { query, problems } = parse(text, { others: ['facet'] });
    expect(query).toBeUndefined();
    expect(problems.map((shown) => shown.slice(0, problem.length))).toEqual([problem]);
  });

  it('names several problems, but not thousands', () => {
    expect(parse('prodct=x&days=0&uptime=x').problems).toHaveLength(3);
    const many = Array.from({ length: 1000 }, (_, index) => `unknown${index}=x`).join('&');
    expect(parse(`${many}&days=0`).problems).toHaveLength(21);
  });

  it('quotes only the start of long names and values', () => {
    const long = 'x'.repeat(5000);
    expect(parse(`${long}=x`).problems[0]).toContain(`there is no field "${'x'.repeat(60)}…": `);
    expect(parse(`uptime=${long}`).problems[0]?.length).toBeLessThan(200);
    expect(parse(`product=${long}`).problems).toEqual([
      'product has a value of 5000 characters: use at most 1000',
    ]);
  });

  it('refuses more conditions and values than the limits', () => {
    const values = Array.from({ length: 51 }, (_, index) => `product=${index}`);
    expect(parse(values.slice(1).join('&')).query?.conditions[0]?.values).toHaveLength(50);
    expect(parse(values.join('&')).problems).toEqual([
      'product has more than 50 values: use fewer',
    ]);
    const conditions = fields
      .filter((field) => field !== 'date')
      .slice(0, 21)
      .map((field) => `${field}.exists=true`);
    expect(parse(conditions.slice(1).join('&')).query?.conditions).toHaveLength(20);
    expect(parse(conditions.join('&')).problems).toEqual([
      'there are more than 20 conditions: use fewer',
    ]);
  });

  it.each(['=x', '.matches=(', '.nothing=1', '='])(
    'refuses protected fields in the same words, whatever follows: %s',
    (rest) => {
      const { problems } = parse(`moz_crash_reason${rest}`, { mayUseProtected: false });
      expect(problems).toEqual([
        'the field moz_crash_reason is hidden: remove it, or ask for the role that sees protected data',
      ]);
    },
  );

  it('does not suggest a protected field to those who may not use it', () => {
    expect(parse('abort_mesage=x').problems[0]).toContain('did you mean abort_message?');
    expect(parse('abort_mesage=x', { mayUseProtected: false }).problems[0]).not.toContain(
      'abort_message',
    );
  });

  it('leaves the parameters of others alone', () => {
    const { query } = parse('facet=product&sort=-date', { others: ['facet', 'sort'] });
    expect(query?.conditions).toEqual([]);
  });
});

describe('queryParameters', () => {
  it('writes days if the query ends now, and otherwise both ends', () => {
    const query = parse('product=a b&days=28').query;
    if (!query) throw new Error('the query is valid');
    expect(queryParameters(query, now).toString()).toBe('product=a+b&days=28');
    expect(queryParameters(query).toString()).toBe(
      'product=a+b&date.after=2026-11-01T12%3A00%3A00.000Z&date.before=2026-11-29T12%3A00%3A00.000Z',
    );
  });

  it('is read as the same query', () => {
    const number = fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value.toFixed(3));
    const string = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
    const condition = fc
      .constantFrom(...fields.filter((field) => field !== 'date'))
      .chain((field) =>
        fc.constantFrom(...operatorsOf[crashFields[field].kind]).chain((operator) => {
          const ofNumber = crashFields[field].kind === 'number';
          const one =
            operator === 'exists'
              ? fc.constantFrom('true', 'false')
              : operator === 'matches'
                ? fc.constantFrom('^a+$', 'a|b', '[&=#+%]')
                : ofNumber
                  ? number
                  : string;
          const single = ['before', 'after', 'exists'].includes(operator);
          return fc
            .uniqueArray(one, { minLength: 1, maxLength: single ? 1 : 5 })
            .map((values): Condition => ({ field, operator, values }));
        }),
      );
    const query = fc.record({
      since: fc.integer({ min: now - 400 * day, max: now - 1 }),
      until: fc.constant(now),
      conditions: fc.uniqueArray(condition, {
        maxLength: 20,
        selector: ({ field, operator }) => `${field}.${operator}`,
      }),
    });
    fc.assert(
      fc.property(query, fc.boolean(), (expected, relative) => {
        const written = queryParameters(expected, relative ? now : undefined).toString();
        expect(parse(written)).toEqual({ query: expected, problems: [] });
      }),
    );
  });

  it('survives all that a URL can contain', () => {
    const name = fc.oneof(
      fc.constantFrom(...fields, 'days', 'date.after', 'date.before'),
      fc.string({ unit: 'binary' }),
    );
    const pairs = fc.array(fc.tuple(name, fc.string({ unit: 'binary' })), { maxLength: 60 });
    fc.assert(
      fc.property(pairs, (given) => {
        const { query, problems } = parse(new URLSearchParams(given).toString());
        expect(query === undefined).toBe(problems.length > 0);
        const written = query && queryParameters(query, now).toString();
        expect(written === undefined ? undefined : parse(written).query).toEqual(query);
      }),
    );
  });
});
