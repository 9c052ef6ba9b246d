import {
  crashFields,
  type FieldName,
  type IndexedFacts,
  maxWindow,
  timeParameters,
} from '#antenna/crash-index';
import { type Html, html } from '#antenna/web-page';

import { emptyState } from '../../layout/empty-state.js';
import { count, crashLink, percent, signatureLink, time } from '../../layout/format.js';
import { type Column, table } from '../../layout/table.js';
import { textOf } from '../../search/csv.js';
import { isSorted, type SearchRequest } from '../../search/search-request.js';
import type { Facet, FoundCrashes } from '../../search/search.service.js';
import { rowsOf, searchLink } from './form-parameters.js';

export function searchResults(
  { total, crashes, facets }: FoundCrashes,
  { columns, window }: SearchRequest,
  params: URLSearchParams,
): Html {
  if (total === 0) return nothingFound(params);
  const heads = columns.map((field) => columnHead(field, window.sort, params));
  const rows = crashes.map((crash) => [
    crashLink(crash.crash_id),
    ...columns.map((field) => cell(crash, field, params)),
  ]);
  return html`<section class="results" aria-labelledby="found">
    <h2 id="found">${count(total)} ${total === 1 ? 'crash' : 'crashes'}</h2>
    <div class="facets">${facets.map((facet) => facetSection(facet, total, params))}</div>
    ${table('The crashes', [{ title: 'Crash' }, ...heads], rows)} ${pager(total, window, params)}
    <p>
      The first ${count(Math.min(total, maxWindow))} as
      <a href="${searchLink(params, { size: undefined }, '/search.csv')}">CSV</a>; this part as
      <a href="${searchLink(params, { from: params.get('from') ?? undefined }, '/v1/crashes')}"
        >JSON</a
      >
    </p>
  </section>`;
}

function nothingFound(params: URLSearchParams): Html {
  const times = { days: '400', 'date.after': undefined, 'date.before': undefined };
  const hasConditions = rowsOf(params).length > 0;
  return emptyState(
    'No crash was found',
    html`<ul>
      <li><a href="${searchLink(params, times)}">Search the last 400 days</a></li>
      ${hasConditions ? html`<li>Remove a condition, or make its value shorter</li>` : ''}
      <li>Has a crash been sent yet? The <a href="/">first page</a> says how</li>
    </ul>`,
  );
}

/** Each value is a link to its crashes alone. */
function facetSection(facet: Facet, total: number, params: URLSearchParams): Html {
  const { field, values, valueCount } = facet;
  const { title } = crashFields[field];
  const left = valueCount - values.length;
  return html`<section aria-label="By ${title}" data-field="${field}">
    <h3>${title}</h3>
    <ol>
      ${values.map(
        ({ value, count: crashes }) =>
          html`<li>
            <a href="${searchLink(params, { [field]: value, [`${field}.is`]: undefined })}"
              >${value}</a
            >
            <span>${count(crashes)} · ${percent(crashes, total)}</span>
          </li>`,
      )}
    </ol>
    ${values.length === 0 ? html`<p>not known</p>` : ''}
    ${left > 0 ? html`<p>and ${count(left)} more</p>` : ''}
  </section>`;
}

function columnHead(
  field: FieldName,
  sort: SearchRequest['window']['sort'],
  params: URLSearchParams,
): Column {
  const { title, kind } = crashFields[field];
  const isNumeric = kind === 'number';
  if (!isSorted(field)) return { title, isNumeric };
  const isDescending = sort.field === field && sort.descending;
  const link = searchLink(params, { sort: isDescending ? field : `-${field}` });
  const direction = isDescending ? 'descending' : 'ascending';
  return { title, isNumeric, link, sorted: sort.field === field ? direction : undefined };
}

function cell(crash: IndexedFacts, field: FieldName, params: URLSearchParams): Html | string {
  if (field === 'date') return time(crash.date);
  if (field !== 'signature') return textOf(crash, field) || '—';
  const times = [...params].filter(([name]) => timeParameters.some((one) => one === name));
  return signatureLink(crash.signature, new URLSearchParams(times));
}

function pager(
  total: number,
  { from, size }: SearchRequest['window'],
  params: URLSearchParams,
): Html {
  const [back, next, last] = [Math.max(0, from - size), from + size, Math.min(total, maxWindow)];
  const isCut = next >= maxWindow && total > maxWindow;
  return html`<nav aria-label="Parts of the result">
    ${from > 0 ? html`<a rel="prev" href="${searchLink(params, { from: back === 0 ? undefined : `${back}` })}">Previous</a>` : ''}
    <span
      >${count(Math.min(from + 1, total))} to ${count(Math.min(next, total))} of
      ${count(total)}</span
    >
    ${next < last ? html`<a rel="next" href="${searchLink(params, { from: `${next}` })}">Next</a>` : ''}
    ${isCut ? html`<span>To see others, add conditions</span>` : ''}
  </nav>`;
}
