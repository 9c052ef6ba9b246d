import { describe, expect, it } from '@jest/globals';

import { defaultColumns, defaultFacets } from '../../search/search-request.js';
import { linkOfForm, rowsOf, searchLink } from './form-parameters.js';

function form(text: string): string | undefined {
  return linkOfForm(new URLSearchParams(text))?.toString();
}

describe('linkOfForm', () => {
  it('makes a parameter of each row that has a value', () => {
    expect(
      form(
        'field=product&operator=is&value=My Game&field=reason&operator=exists&value=&field=build&operator=missing&value=x&field=signature&operator=contains&value= &sort=-date&days=28&date.after=&date.before=',
      ),
    ).toBe('product=My+Game&reason.exists=true&build.exists=false&sort=-date&days=28');
  });

  it('prefers the start of the time to the days, which are filled in', () => {
    expect(form('field=x&operator=is&value=&days=7&date.after=2026-01-01&date.before=')).toBe(
      'date.after=2026-01-01',
    );
  });

  it('omits columns and facets that are the default', () => {
    const sent = new URLSearchParams('field=x');
    for (const column of defaultColumns.toReversed()) sent.append('column', column);
    for (const facet of defaultFacets) sent.append('facet', facet);
    expect(form(sent.toString())).toBe('');
    sent.append('facet', 'reason');
    expect(form(sent.toString())).toBe(
      [...defaultFacets, 'reason'].map((name) => `facet=${name}`).join('&'),
    );
  });

  it('keeps what is wrong, to be shown', () => {
    expect(form('field=nonsense&operator=like&value=x&field=y&value=a')).toBe(
      'nonsense.like=x&y=a',
    );
  });

  it('is undefined for a link', () => {
    expect(form('product=x&days=7')).toBeUndefined();
    expect(form('')).toBeUndefined();
  });

  it('gives the rows from which it was made', () => {
    const link = 'product=a&product=b&version.is_not=1&reason.exists=true&build.exists=false';
    const rows = rowsOf(new URLSearchParams(`${link}&days=7&facet=reason`));
    const sent = new URLSearchParams();
    for (const { field, operator, value } of rows) {
      sent.append('field', field);
      sent.append('operator', operator);
      sent.append('value', value);
    }
    expect(form(sent.toString())).toBe(link);
  });
});

describe('searchLink', () => {
  it('changes parameters, and starts at the first crash', () => {
    const params = new URLSearchParams('product=a&product=b&from=50&sort=date');
    expect(searchLink(params, { product: 'c&d', sort: undefined })).toBe('/search?product=c%26d');
    expect(searchLink(new URLSearchParams('from=5'))).toBe('/search');
  });
});
