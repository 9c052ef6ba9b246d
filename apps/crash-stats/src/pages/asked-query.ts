import { type CrashQuery, parseCrashQuery } from '#antenna/crash-index';
import { ProblemException } from '#antenna/web-page';

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

/** @throws ProblemException that says what is wrong */
export function askedQuery(
  params: URLSearchParams,
  reader: Parameters<typeof parseCrashQuery>[1],
): CrashQuery {
  const { query, problems } = parseCrashQuery(params, reader);
  if (query) return query;
  throw new ProblemException({
    title: 'The query cannot be used',
    status: 400,
    detail: problems.join('; '),
    errors: problems,
  });
}
