import type { CrashQuery } from './crash-query.js';

type QueryTime = Pick<CrashQuery, 'since' | 'until'>;

export const maxQueryDays = 400;
const defaultDays = 7;
const dayMs = 86_400_000;

export const timeParameters = ['days', 'date.after', 'date.before'] as const;

/** The time of a query, or what is wrong with it. Whole days up to now, or to `date.before`. */
export function parseQueryTime(params: URLSearchParams, now: number): QueryTime | string {
  for (const name of timeParameters) {
    const { length } = params.getAll(name);
    if (length > 1) return `${name} is given ${length} times: give it once`;
  }
  const days = params.get('days');
  const after = params.get('date.after');
  const before = params.get('date.before');
  if (days !== null && !(/^\d{1,3}$/.test(days) && isInRange(Number(days))))
    return `days is ${shown(days)}: use a whole number from 1 to ${maxQueryDays}`;
  if (days !== null && after !== null) return 'give either days or date.after';
  const until = before === null ? now : parseTime(before);
  const since =
    after === null
      ? Math.max(0, (until ?? now) - Number(days ?? defaultDays) * dayMs)
      : parseTime(after);
  if (until === undefined) return notATime('date.before', before);
  if (since === undefined) return notATime('date.after', after);
  if (since >= until) {
    const end = before === null ? 'now' : 'date.before';
    return `date.after is ${shown(after)}, which is not before ${end}: use an earlier time`;
  }
  if (until - since > maxQueryDays * dayMs)
    return `the time is ${Math.ceil((until - since) / dayMs)} days long: use at most ${maxQueryDays}`;
  return { since, until };
}

export function timeParametersOf({ since, until }: QueryTime, now?: number): [string, string][] {
  const days = (until - since) / dayMs;
  if (until === now && isInRange(days)) return [['days', String(days)]];
  return [
    ['date.after', new Date(since).toISOString()],
    ['date.before', new Date(until).toISOString()],
  ];
}

function isInRange(days: number): boolean {
  return Number.isInteger(days) && days >= 1 && days <= maxQueryDays;
}

/** A day, or a time of a day, in UTC. */
function parseTime(value: string): number | undefined {
  const [, day, time = '00:00'] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)Z?)?$/.exec(value) ?? [];
  if (day === undefined) return undefined;
  const parsed = Date.parse(`${day}T${time}Z`);
  // V8 reads February 30 as March 2.
  const isReal = parsed >= 0 && new Date(parsed).toISOString().startsWith(day);
  return isReal ? parsed : undefined;
}

function notATime(name: string, value: string | null): string {
  return `${name} is ${shown(value)}: use a time in UTC, such as 2026-01-31 or 2026-01-31T12:30Z`;
}

function shown(value: string | null): string {
  return JSON.stringify(value?.slice(0, 60));
}
