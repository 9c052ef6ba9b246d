import { type CrashQuery, parseCrashQuery } from '#antenna/crash-index';

import { InvalidSearch } from './invalid-search.js';

/** Parameters of a request's URL. Fields that a form has sent empty are left out. */
export function askedParameters(url: string): URLSearchParams {
  const { searchParams } = new URL(url, 'http://localhost');
  const filled = new URLSearchParams([...searchParams].filter(([, value]) => value !== ''));
  // A form that keeps a time sends it beside the days that were chosen instead.
  if (filled.has('days') && filled.has('date.after')) {
    filled.delete('date.after');
    filled.delete('date.before');
  }
  return filled;
}

/** @throws InvalidSearch */
export function askedQuery(
  params: URLSearchParams,
  reader: Parameters<typeof parseCrashQuery>[1],
): CrashQuery {
  const { query, problems } = parseCrashQuery(params, reader);
  if (!query) throw new InvalidSearch(problems);
  return query;
}
