import { startOfDay } from './days.js';
import { parseAge, parseDay } from './option-values.js';

/** The beginning of a time, for the current time. */
export type Since = (now: Date) => Date;

/** `12h`, `7d`, or a day as `YYYYMMDD`. */
export function parseSince(text: string): Since {
  if (/^\d{8}$/.test(text)) {
    const day = startOfDay(parseDay(text));
    return () => day;
  }
  const age = parseAge(text);
  return (now) => new Date(now.getTime() - age);
}
