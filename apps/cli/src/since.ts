import { InvalidArgumentError } from 'commander';
import { startOfDay } from './days.js';
import { parseAge, parseDay } from './option-values.js';

/** The beginning of a time, for the current time. */
export type Since = (now: Date) => Date;

/** Much older days have no form as `YYYYMMDD`. */
const maxAgeMs = 36_500 * 86_400_000;

/** `12h`, `7d`, or a day as `YYYYMMDD`. */
export function parseSince(text: string): Since {
  if (/^\d{8}$/.test(text)) {
    const day = startOfDay(parseDay(text));
    return () => day;
  }
  if (!/^\d+[smhd]$/.test(text))
    throw new InvalidArgumentError('Must be an age such as 12h or 7d, or a day as YYYYMMDD.');
  const age = parseAge(text);
  if (age > maxAgeMs) throw new InvalidArgumentError('Must be an age of at most 36500d.');
  return (now) => new Date(now.getTime() - age);
}
