import { conditionName, timeParameters } from '#antenna/crash-index';

import { defaultColumns, defaultFacets, viewParameters } from '../../search/search-request.js';

/** A condition in the form: one value. */
export interface FormRow {
  readonly field: string;
  /** One of the index, or `missing`. */
  readonly operator: string;
  readonly value: string;
  /** The parameter that the row stands for. */
  readonly parameter: readonly [name: string, value: string];
}

const rowNames = ['field', 'operator', 'value'] as const;
const notRows: ReadonlySet<string> = new Set([...rowNames, ...viewParameters, ...timeParameters]);

/**
 * The form repeats `field`, `operator` and `value` for each row; links have one parameter for each. The same search as a
 * link, or undefined if it is one.
 */
export function linkOfForm(sent: URLSearchParams): URLSearchParams | undefined {
  if (!rowNames.some((name) => sent.has(name))) return undefined;
  const params = new URLSearchParams();
  const [fields, operators, values] = rowNames.map((name) => sent.getAll(name));
  fields?.forEach((field, index) => {
    const [operator = 'is', value = ''] = [operators?.[index], values?.[index]];
    if (operator === 'missing') params.append(conditionName(field, 'exists'), 'false');
    else if (operator === 'exists') params.append(conditionName(field, 'exists'), 'true');
    else if (value.trim() !== '') params.append(conditionName(field, operator), value);
  });
  const keepsDays = (sent.get('date.after') ?? '') === '';
  for (const [name, value] of sent) {
    if (rowNames.some((one) => one === name) || value.trim() === '') continue;
    if (name !== 'days' || keepsDays) params.append(name, value.trim());
  }
  deleteDefault(params, 'column', defaultColumns);
  deleteDefault(params, 'facet', defaultFacets);
  return params;
}

/** The conditions of a link as rows of the form, also those that are wrong. */
export function rowsOf(params: URLSearchParams): FormRow[] {
  return [...params]
    .filter(([name]) => !notRows.has(name))
    .map(([name, value]) => {
      const [field = '', ...rest] = name.split('.');
      const operator = rest.length === 0 ? 'is' : rest.join('.');
      const isMissing = operator === 'exists' && value === 'false';
      return {
        field,
        operator: isMissing ? 'missing' : operator,
        value: operator === 'exists' ? '' : value,
        parameter: [name, value],
      };
    });
}

/** A link to the same search with other values of some parameters; undefined removes one. It starts at the first page. */
export function searchLink(
  params: URLSearchParams,
  changes: Readonly<Record<string, string | undefined>> = {},
  path = '/search',
): string {
  const changed = new URLSearchParams(params);
  for (const [name, value] of Object.entries({ from: undefined, ...changes })) {
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
  }
  return changed.size === 0 ? path : `${path}?${changed.toString()}`;
}

function deleteDefault(params: URLSearchParams, name: string, unless: readonly string[]): void {
  const given = params.getAll(name);
  if (given.length === unless.length && given.every((one) => unless.includes(one)))
    params.delete(name);
}
