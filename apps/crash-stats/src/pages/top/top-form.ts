import {
  type Condition,
  type CrashQuery,
  type CrashSearch,
  crashFields,
  type FieldName,
  queryParameters,
} from '#antenna/crash-index';
import { type Html, html, verbatim } from '#antenna/web-page';
import { count } from '../../layout/format.js';

const selectable = ['product', 'version', 'release_channel', 'process_type', 'os_name'] as const;
const choicesOfField = 50;
const dayChoices = [1, 3, 7, 14, 28, 90, 180, 365];
/** How many signatures can be shown. */
export const limits = [50, 100, 200] as const;

type Choices = ReadonlyMap<FieldName, readonly { value: string; count: number }[]>;
type Option = readonly [value: string, title: Html | string];

/** The values to choose from: all products, and what there is of the chosen product. Two requests to the index. */
export async function choicesOf(search: CrashSearch, query: CrashQuery): Promise<Choices> {
  const others = query.conditions.filter(({ field }) => !isSelectable(field));
  const product = query.conditions.filter(({ field }) => field === 'product');
  const [first, ...rest] = selectable;
  const ask = (conditions: readonly Condition[], fields: readonly FieldName[]) =>
    search.groups(
      { ...query, conditions },
      fields.map((by) => ({ by, limit: choicesOfField })),
    );
  const answers = await Promise.all([ask(others, [first]), ask([...others, ...product], rest)]);
  const found = answers.flatMap(({ groups }) => groups);
  return new Map(selectable.map((field, index) => [field, found[index]?.groups ?? []]));
}

/** Chooses by GET, so that all of the choice is in the URL. It keeps conditions that do not fit into a select. */
export function topForm(query: CrashQuery, choices: Choices, limit: number, now: number): Html {
  const kept = unselected(query);
  const shown = selectable.filter((name) => !kept.some(({ field }) => field === name));
  const times = queryParameters({ ...query, conditions: [] }, now);
  return html`<form class="filters" method="get" action="/top">
    ${shown.map((name) => {
      const [chosen = ''] = query.conditions.find(({ field }) => field === name)?.values ?? [];
      const found = (choices.get(name) ?? []).filter(({ value }) => value !== chosen);
      const options: Option[] = found.map(({ value, count: crashes }) => [
        value,
        html`${value} (${count(crashes)})`,
      ]);
      const all: Option[] = [['', 'all'], ...(chosen === '' ? [] : [[chosen, chosen] as const])];
      return select(name, crashFields[name].title, [...all, ...options], chosen);
    })}
    ${daysSelect(times, query)}
    ${select(
      'limit',
      'Signatures',
      limits.map((one) => [`${one}`, `${one}`]),
      `${limit}`,
    )}
    <button type="submit">Show</button>
    ${[...queryParameters({ ...query, conditions: kept }, now)]
      .filter(([name]) => name !== 'days')
      .map(
        ([name, value]) => html`<input type="hidden" name="${name}" value="${verbatim(value)}" />`,
      )}
  </form>`;
}

/** The conditions that the selects cannot show. */
export function unselected(query: CrashQuery): Condition[] {
  return query.conditions.filter((condition) => !isSelected(condition, query));
}

function isSelectable(field: FieldName): boolean {
  return selectable.some((name) => name === field);
}

/** Whether the selects can show it: one value, and the only condition of its field. */
function isSelected({ field, operator, values }: Condition, { conditions }: CrashQuery): boolean {
  const isOnly = conditions.filter((other) => other.field === field).length === 1;
  return isSelectable(field) && operator === 'is' && values.length === 1 && isOnly;
}

/** A time that does not end now is kept until days are chosen. */
function daysSelect(times: URLSearchParams, { since, until }: CrashQuery): Html {
  const days = times.get('days') ?? '';
  const numbers = [...new Set([...dayChoices, ...(days === '' ? [] : [Number(days)])])];
  const options: Option[] = numbers
    .toSorted((a, b) => a - b)
    .map((one) => [`${one}`, one === 1 ? 'last 24 hours' : `last ${one} days`]);
  const fixed: Option[] = days === '' ? [['', html`${day(since)} to ${day(until)}`]] : [];
  return select('days', 'Time', [...fixed, ...options], days);
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

function select(name: string, title: string, options: readonly Option[], chosen: string): Html {
  return html`<label
    >${title}
    <select name="${name}">
      ${options.map(([value, text]) => option(value, text, value === chosen))}
    </select></label
  >`;
}

function option(value: string, text: Html | string, isChosen: boolean): Html {
  return isChosen
    ? html`<option value="${verbatim(value)}" selected>${text}</option>`
    : html`<option value="${verbatim(value)}">${text}</option>`;
}
