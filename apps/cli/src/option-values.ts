import { type AnnotationPath, isCrashId, parseAnnotationPath } from '#antenna/crash-report';
import { InvalidArgumentError, Option } from 'commander';

const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  kib: 1024,
  mib: 1024 ** 2,
};
/** Well above every limit of the collector, and small enough to fit in memory several times. */
const maxBytes = 1024 ** 3;

/** `600KiB`, `25MiB`, `1.5MB` or a plain number of bytes; at most 1 GiB. */
export function parseByteSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = unitBytes[unit.toLowerCase()];
  if (number === '' || factor === undefined)
    throw new InvalidArgumentError('Must be a size such as 600KiB, 25MiB or 4096.');
  const bytes = Math.round(Number(number) * factor);
  if (bytes > maxBytes) throw new InvalidArgumentError('Must be at most 1024MiB.');
  return bytes;
}

/** A parser of whole numbers from 1 to the limit. */
export function upTo(limit: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < 1 || number > limit)
      throw new InvalidArgumentError(`Must be a whole number from 1 to ${limit}.`);
    return number;
  };
}

/** `10%` or `0.5%`, as a number from 0 to 1. */
export function parseShare(text: string): number {
  const [, number] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text.trim()) ?? [];
  const percent = Number(number);
  if (!(percent > 0 && percent <= 100))
    throw new InvalidArgumentError('Must be a percentage such as 10% or 0.5%, at most 100%.');
  return percent / 100;
}

/** Splits `NAME=VALUE` at the first equals sign and collects the pairs of a repeated option. */
export function collectPairs(text: string, before: [string, string][] = []): [string, string][] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Must be NAME=VALUE.');
  return [...before, [text.slice(0, equals), text.slice(equals + 1)]];
}

export function parseHttpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new InvalidArgumentError('Must be an address such as http://127.0.0.1:8000/submit.');
  return url;
}

const unitMilliseconds: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Timers of Node.js are limited to 24 days. */
const maxDurationMs = 7 * 86_400_000;

/** `90s`, `30m`, `1h` or `2d`, in milliseconds. */
export function parseAge(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text.trim()) ?? [];
  const factor = unitMilliseconds[unit];
  if (factor === undefined)
    throw new InvalidArgumentError('Must be an age such as 90s, 30m, 1h or 2d.');
  return Number(number) * factor;
}

/** `500ms`, `90s`, `30m`, `1h` or `2d`, in milliseconds; at most seven days. */
function parseDuration(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,9})(ms|[smhd])$/.exec(text.trim()) ?? [];
  const factor = unit === 'ms' ? 1 : unitMilliseconds[unit];
  const milliseconds = Number(number) * (factor ?? Number.NaN);
  if (!(milliseconds > 0 && milliseconds <= maxDurationMs))
    throw new InvalidArgumentError('Must be a duration such as 500ms, 90s, 30m or 1h, at most 7d.');
  return milliseconds;
}

/** @param value the default, as a user writes it */
export function durationOption(flags: string, description: string, value?: string): Option {
  const option = new Option(flags, description).argParser(parseDuration);
  return value === undefined ? option : option.default(parseDuration(value), value);
}

/** A parser of decimal numbers from one limit to the other. */
export function between(low: number, high: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || number < low || number > high)
      throw new InvalidArgumentError(`Must be a number from ${low} to ${high}.`);
    return number;
  };
}

/** A day of the calendar, written `YYYYMMDD`. */
export function parseDay(text: string): string {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // 31 June does not fail: it becomes 1 July.
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day))
    throw new InvalidArgumentError('Must be a day as YYYYMMDD, such as 20261122.');
  return text;
}

/** A crash id, with or without the prefix `bp-` that clients see. */
export function parseCrashId(text: string): string {
  const crashId = text.trim().replace(/^bp-/, '');
  if (!isCrashId(crashId)) {
    throw new InvalidArgumentError(
      'Must be a crash id such as de1bb258-cbbf-4589-a673-34f800160918.',
    );
  }
  return crashId;
}

/** {@link parseCrashId} for a repeated argument. */
export function collectCrashIds(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, parseCrashId(text)];
}

/** Collects the strings of a repeated option. */
export function collectStrings(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** An annotation, or a value inside it as `NAME#/json/pointer`. */
export function annotationPath(text: string): AnnotationPath {
  try {
    return parseAnnotationPath(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidArgumentError(`${error.message.replace('must', 'Must')}.`);
  }
}

/** {@link annotationPath} for a repeated option. */
export function collectAnnotationPaths(
  text: string,
  before: readonly AnnotationPath[] = [],
): readonly AnnotationPath[] {
  return [...before, annotationPath(text)];
}
