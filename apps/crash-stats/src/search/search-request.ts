import {
  type CrashQuery,
  crashFields,
  type FieldName,
  maxWindow,
  mayUse,
  parseCrashQuery,
  type ResultWindow,
} from '#antenna/crash-index';
import { suggest } from '#antenna/nearest-word';

import type { Viewer } from '../access/viewer.js';

/** What to find, and what to show of it. */
export interface SearchRequest {
  readonly query: CrashQuery;
  /** Besides the crash id. */
  readonly columns: readonly FieldName[];
  /** The fields by whose values the crashes are counted. */
  readonly facets: readonly FieldName[];
  readonly window: ResultWindow;
}

export type ParsedSearch =
  | { readonly request: SearchRequest; readonly problems: readonly [] }
  | { readonly request: undefined; readonly problems: readonly string[] };

interface SearchReader {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly mayUseProtected: boolean;
  /** Shown unless the URL names some. */
  readonly facets: readonly FieldName[];
  readonly size: number;
  readonly maxSize: number;
}

/** What a search by this viewer depends on. */
export function readerOf(viewer: Viewer): Pick<SearchReader, 'now' | 'mayUseProtected'> {
  return { now: Date.now(), mayUseProtected: viewer.may('protected') };
}

/** The parameters of a search that are no part of its query. */
export const viewParameters = ['facet', 'column', 'sort', 'from', 'size'] as const;

export const defaultColumns: readonly FieldName[] = [
  'date',
  'signature',
  'product',
  'version',
  'os_name',
  'process_type',
];

export const defaultFacets: readonly FieldName[] = [
  'signature',
  'product',
  'version',
  'release_channel',
  'os_name',
  'process_type',
];

const maxFacets = 10;

/** Reads a search from the parameters of a URL; every problem says how to fix it. */
export function parseSearch(params: URLSearchParams, reader: SearchReader): ParsedSearch {
  const { query, problems } = parseCrashQuery(params, { ...reader, others: viewParameters });
  const found = [...problems];
  for (const name of ['sort', 'from', 'size']) {
    const { length } = params.getAll(name);
    if (length > 1) found.push(`${name} is given ${length} times: give it once`);
  }
  /** The fields of a repeated parameter. */
  const fields = (
    name: string,
    unless: readonly FieldName[],
    isSuited: (field: FieldName) => boolean,
  ): readonly FieldName[] => {
    const suited = visibleFields(reader.mayUseProtected).filter(isSuited);
    const given = [...new Set(params.getAll(name))].slice(0, suited.length + 1);
    const known = suited.filter((field) => given.includes(field));
    const unknown = given.find((word) => !suited.some((field) => field === word));
    if (unknown !== undefined) found.push(`${name} ${notAField(unknown, suited, reader)}`);
    return given.length === 0
      ? unless
      : known.toSorted((a, b) => given.indexOf(a) - given.indexOf(b));
  };
  const columns = fields('column', defaultColumns, (field) => field !== 'crash_id');
  const facets = fields('facet', reader.facets, isCounted);
  if (facets.length > maxFacets)
    found.push(`there are ${facets.length} facets: use at most ${maxFacets}`);
  const sorted = params.get('sort') ?? '-date';
  const sortable = visibleFields(reader.mayUseProtected).filter(isSorted);
  const field = sortable.find((name) => name === sorted.replace(/^-/, ''));
  if (field === undefined)
    found.push(`sort ${notAField(sorted.replace(/^-/, ''), sortable, reader)}`);
  const size = wholeNumber(params, 'size', [1, reader.maxSize], reader.size);
  const from = wholeNumber(params, 'from', [0, maxWindow - 1], 0);
  for (const number of [size, from]) if (typeof number === 'string') found.push(number);
  if (typeof size === 'string' || typeof from === 'string' || !field || !query || found.length > 0)
    return { request: undefined, problems: found };
  const window = {
    sort: { field, descending: sorted.startsWith('-') },
    from,
    size: Math.min(size, maxWindow - from),
  };
  return { request: { query, columns, facets, window }, problems: [] };
}

/** Whether protected fields are used to find, to sort, to count or to show. */
export function usesProtected({ query, columns, facets, window }: SearchRequest): boolean {
  const compared = query.conditions.map(({ field }) => field);
  const used = [...compared, ...columns, ...facets, window.sort.field];
  return used.some((field) => !mayUse(field, false));
}

export function visibleFields(mayUseProtected: boolean): FieldName[] {
  return (Object.keys(crashFields) as FieldName[]).filter((name) => mayUse(name, mayUseProtected));
}

/** Whether there are few enough values to count crashes by them. */
export function isCounted(field: FieldName): boolean {
  return field !== 'crash_id' && crashFields[field].kind !== 'time';
}

/** A crash has one value of it. */
export function isSorted(field: FieldName): boolean {
  return crashFields[field].kind !== 'keywords';
}

function notAField(
  word: string,
  suited: readonly FieldName[],
  { mayUseProtected }: SearchReader,
): string {
  if (mayUse(word, true) && !mayUse(word, mayUseProtected))
    return `${word} is hidden: remove it, or ask for the role that sees protected data`;
  const shown = word.slice(0, 60);
  return `cannot be ${JSON.stringify(shown)}: ${suggest(shown, suited)}`;
}

/** The number in a parameter, or what is wrong with it. */
export function wholeNumber(
  params: URLSearchParams,
  name: string,
  [min, max]: readonly [number, number],
  unless: number,
): number | string {
  const given = params.get(name);
  if (given === null) return unless;
  const number = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
  if (number >= min && number <= max) return number;
  return `${name} is ${JSON.stringify(given.slice(0, 60))}: use a whole number from ${min} to ${max}`;
}
