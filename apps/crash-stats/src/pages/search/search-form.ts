import { crashFields, type FieldName, operators } from '#antenna/crash-index';
import { type Html, html, verbatim } from '#antenna/web-page';

import {
  defaultColumns,
  defaultFacets,
  isCounted,
  visibleFields,
} from '../../search/search-request.js';
import { type FormRow, rowsOf } from './form-parameters.js';

const operatorTitles: Readonly<Record<(typeof operators)[number] | 'missing', string>> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  starts_with: 'starts with',
  matches: 'matches (pattern)',
  before: 'is less than',
  after: 'is at least',
  exists: 'is known',
  missing: 'is not known',
};

/** Further values are kept, but not shown: each row has a link with all others. */
const maxRows = 30;

/** The search as a form that works without a script: one row for each value, and an empty one. */
export function searchForm(
  params: URLSearchParams,
  problems: readonly string[],
  mayUseProtected: boolean,
): Html {
  const fields = visibleFields(mayUseProtected);
  const compared = fields.filter((field) => field !== 'date').map((field) => option(field));
  const rows = rowsOf(params);
  const more = rows.slice(maxRows);
  const empty = { field: 'signature', operator: 'contains', value: '' };
  const days = params.get('days') ?? (params.has('date.after') ? '' : '7');
  return html`<form class="search" method="get" action="/search">
    ${problemList(problems)}
    <fieldset>
      <legend>Crashes for which all of these hold</legend>
      <ol class="conditions">
        ${rows.slice(0, maxRows).map((row, index) => conditionRow(row, index + 1, compared, params))}
        ${more.length > 0 ? html`<li>and ${more.length} more ${more.map(hiddenRow)}</li>` : undefined}
        ${conditionRow(empty, 'new', compared, params)}
      </ol>
      <p>Of rows with the same field and operator, one must hold.</p>
    </fieldset>
    <fieldset class="times">
      <legend>Received</legend>
      ${timeInput('days', 'in the last days', days, '7')}
      ${timeInput('date.after', 'or from (UTC)', params.get('date.after'), '2026-01-31')}
      ${timeInput('date.before', 'until (UTC)', params.get('date.before'), '2026-01-31T12:30')}
    </fieldset>
    <details>
      <summary>Columns and facets</summary>
      ${checkboxes('column', 'Columns', fields, chosen(params, 'column', defaultColumns))}
      ${checkboxes('facet', 'Facets', fields.filter(isCounted), chosen(params, 'facet', defaultFacets))}
    </details>
    ${['sort', 'size'].map((name) => hiddenInput(name, params.get(name)))}
    <button type="submit">Search</button>
  </form>`;
}

function problemList(problems: readonly string[]): Html | undefined {
  if (problems.length === 0) return undefined;
  return html`<div class="notice" role="alert">
    <h2>This search cannot be done</h2>
    <ul>
      ${problems.map((problem) => html`<li>${problem}</li>`)}
    </ul>
  </div>`;
}

type Choice = readonly [value: string, title: string];

function conditionRow(
  row: Omit<FormRow, 'parameter'> & Partial<FormRow>,
  number: number | 'new',
  fields: readonly Choice[],
  params: URLSearchParams,
): Html {
  const name = number === 'new' ? 'of a new condition' : `of condition ${number}`;
  return html`<li>
    ${select('field', `Field ${name}`, fields, row.field)}
    ${select('operator', `Operator ${name}`, Object.entries(operatorTitles), row.operator)}
    <input
      name="value"
      aria-label="Value ${name}"
      value="${verbatim(row.value)}"
      autocomplete="off"
      spellcheck="false"
    />
    ${row.parameter && html`<a href="${without(params, row.parameter)}" aria-label="Remove condition ${number}">Remove</a>`}
  </li>`;
}

function hiddenRow({ field, operator, value }: FormRow): Html {
  return html`${hiddenInput('field', field)}${hiddenInput('operator', operator)}${hiddenInput('value', value)}`;
}

function without(params: URLSearchParams, [name, value]: readonly [string, string]): string {
  const left = new URLSearchParams(params);
  left.delete(name, value);
  left.delete('from');
  return `/search?${left.toString()}`;
}

/** What is not among the choices stays chosen, so that it can be corrected. */
function select(name: string, title: string, choices: readonly Choice[], value: string): Html {
  const isKnown = choices.some(([choice]) => choice === value);
  const all: readonly Choice[] = isKnown ? choices : [[value, value], ...choices];
  return html`<select name="${name}" aria-label="${title}">
    ${all.map(
      ([choice, shown]) =>
        html`<option value="${verbatim(choice)}" ${selected(choice === value)}>${shown}</option>`,
    )}
  </select>`;
}

function timeInput(name: string, title: string, value: string | null, example: string): Html {
  return html`<label
    >${title} <input name="${name}" value="${verbatim(value ?? '')}" placeholder="${example}"
  /></label>`;
}

function checkboxes(
  name: string,
  title: string,
  fields: readonly FieldName[],
  checked: readonly string[],
): Html {
  return html`<fieldset class="choices">
    <legend>${title}</legend>
    ${fields
      .filter((field) => field !== 'crash_id')
      .map(
        (field) =>
          html`<label
            ><input
              type="checkbox"
              name="${name}"
              value="${field}"
              ${mark(checked.includes(field), 'checked')}
            />
            ${crashFields[field].title}</label
          >`,
      )}
  </fieldset>`;
}

function chosen(
  params: URLSearchParams,
  name: string,
  unless: readonly string[],
): readonly string[] {
  const given = params.getAll(name);
  return given.length === 0 ? unless : given;
}

function hiddenInput(name: string, value: string | null): Html | undefined {
  return value === null
    ? undefined
    : html`<input type="hidden" name="${name}" value="${verbatim(value)}" />`;
}

function option(field: FieldName): Choice {
  return [field, crashFields[field].title];
}

function selected(is: boolean): Html | undefined {
  return mark(is, 'selected');
}

function mark(is: boolean, attribute: 'selected' | 'checked'): Html | undefined {
  return is ? html` ${attribute}` : undefined;
}
