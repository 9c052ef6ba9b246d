import { describe, expect, it } from '@jest/globals';

import { defaultColumns, defaultFacets, parseSearch, usesProtected } from './search-request.js';

function parse(text: string, mayUseProtected = true) {
  const now = Date.UTC(2026, 10, 29);
  return parseSearch(new URLSearchParams(text), {
    now,
    mayUseProtected,
    facets: defaultFacets,
    size: 50,
    maxSize: 500,
  });
}

describe('parseSearch', () => {
  it('has defaults for what the URL does not say', () => {
    expect(parse('').request).toMatchObject({
      query: { conditions: [] },
      columns: defaultColumns,
      facets: defaultFacets,
      window: { sort: { field: 'date', descending: true }, from: 0, size: 50 },
    });
  });

  it('reads columns and facets in their order, the sorting and the part of the result', () => {
    const text =
      'column=version&column=product&column=version&facet=uptime_range&sort=product&from=100&size=500&product=x';
    expect(parse(text).request).toMatchObject({
      query: { conditions: [{ field: 'product', operator: 'is', values: ['x'] }] },
      columns: ['version', 'product'],
      facets: ['uptime_range'],
      window: { sort: { field: 'product', descending: false }, from: 100, size: 500 },
    });
  });

  it('ends at the last crash that can be shown', () => {
    expect(parse('from=9999&size=500').request?.window).toMatchObject({ from: 9999, size: 1 });
  });

  it.each([
    ['column=prodct', 'column cannot be "prodct": did you mean product?'],
    ['column=crash_id', 'column cannot be "crash_id": expected one of: date'],
    ['column=__proto__', 'column cannot be "__proto__": expected one of: date'],
    ['column=', 'column cannot be "": expected one of: date'],
    ['facet=date', 'facet cannot be "date": expected one of: signature'],
    ['facet=crash_id', 'facet cannot be "crash_id": expected one of: signature'],
    ['sort=modules', 'sort cannot be "modules": expected one of: crash_id'],
    ['sort=--date', 'sort cannot be "-date": did you mean date?'],
    ['sort=date&sort=product', 'sort is given 2 times: give it once'],
    ['from=10000', 'from is "10000": use a whole number from 0 to 9999'],
    ['from=-1', 'from is "-1": use a whole number from 0 to 9999'],
    ['from=1e3', 'from is "1e3": use a whole number'],
    ['from=1&from=2', 'from is given 2 times: give it once'],
    ['size=0', 'size is "0": use a whole number from 1 to 500'],
    ['size=501', 'size is "501": use a whole number from 1 to 500'],
    ['size=', 'size is "": use a whole number from 1 to 500'],
    ['days=0', 'days is "0": use a whole number from 1 to 400'],
  ])('refuses %j', (text, problem) => {
    const { request, problems } = parse(text);
    expect(request).toBeUndefined();
    expect(problems.map((shown) => shown.slice(0, problem.length))).toEqual([problem]);
  });

  it('refuses too many facets', () => {
    const facets = [
      'signature',
      'product',
      'version',
      'release_channel',
      'build',
      'process_type',
      'os_name',
      'os_version',
      'cpu_arch',
      'reason',
      'modules',
    ];
    expect(parse(facets.map((field) => `facet=${field}`).join('&')).problems).toEqual([
      'there are 11 facets: use at most 10',
    ]);
  });

  it('names all problems of the query and of the rest, and does not grow with their number', () => {
    expect(parse('facet=x&column=y&sort=z&from=a&size=b&prodct=c').problems).toHaveLength(6);
    const many = Array.from({ length: 2000 }, (_, index) => `column=${index}&facet=${index}`);
    expect(parse(many.join('&')).problems).toHaveLength(2);
  });

  it.each(['column=', 'facet=', 'sort=', 'sort=-'])(
    'refuses a protected field after %s for those who may not use it',
    (start) => {
      const text = `${start}abort_message`;
      expect(parse(text, false).problems).toEqual([
        expect.stringMatching(/ abort_message is hidden: remove it, or ask for the role/),
      ]);
      expect(parse(text).problems).toEqual([]);
    },
  );
});

describe('usesProtected', () => {
  it.each([
    ['', false],
    ['product=x&column=reason&facet=modules&sort=uptime', false],
    ['abort_message.exists=true', true],
    ['column=moz_crash_reason', true],
    ['facet=moz_crash_reason', true],
    ['sort=-moz_crash_reason', true],
  ])('of %j is %s', (text, expected) => {
    const { request } = parse(text);
    expect(request && usesProtected(request)).toBe(expected);
  });
});
