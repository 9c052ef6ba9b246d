import {
  type AnnotationPath,
  type JsonValue,
  parseAnnotationPath,
  rawCrashField,
  valueAt,
} from '#antenna/crash-report';
import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { dayOf } from '../days.js';
import { collectAnnotationPaths, collectStrings, parseDay } from '../option-values.js';
import { parseSince } from '../since.js';

/** The options of {@link addFilterOptions}. */
export interface FilterOptions {
  readonly date?: string;
  readonly since?: string;
  readonly until?: string;
  readonly product?: readonly string[];
  readonly version?: readonly string[];
  readonly channel?: readonly string[];
  readonly process?: readonly string[];
  readonly rule?: readonly string[];
  readonly has?: readonly AnnotationPath[];
}

/** Which crashes of a store a command works on. */
export interface CrashFilter {
  /** Days as `YYYYMMDD`; both ends are included. */
  readonly range: { readonly since: string; readonly until: string | undefined };
  /** Whether {@link matches} depends on the raw crash, which costs a request for each crash. */
  readonly readsRawCrash: boolean;
  readonly matches: (rawCrash: JsonValue) => boolean;
  /** The options, to compare runs. */
  readonly description: object;
}

const rulePath = parseAnnotationPath('metadata#/throttle_rule');

/** The values that options compare with strings. */
export const comparedValues = {
  product: (rawCrash: JsonValue) => rawCrashField(rawCrash, 'product'),
  version: (rawCrash: JsonValue) => rawCrashField(rawCrash, 'version'),
  channel: (rawCrash: JsonValue) => rawCrashField(rawCrash, 'channel'),
  process: (rawCrash: JsonValue) => rawCrashField(rawCrash, 'process'),
  rule: (rawCrash: JsonValue) => valueAt(rawCrash, rulePath),
} as const;

/**
 * Adds the options that choose crashes of a store.
 * @param now allows ages for `--since`, which other commands must not take: a run that is continued has the same days
 */
export function addFilterOptions(command: Command, now?: () => Date): Command {
  command.option('--date <yyyymmdd>', 'crashes that are stored for this day (UTC)', parseDay);
  if (now) {
    const what = 'crashes of this day, or of the day 12h or 7d ago, and later ones';
    command.option('--since <age or yyyymmdd>', what, (text) => dayOf(parseSince(text)(now())));
  } else {
    command.option('--since <yyyymmdd>', 'crashes of this day and later ones', parseDay);
  }
  return command
    .option('--until <yyyymmdd>', 'with --since: up to this day, included', parseDay)
    .option('--product <name>', 'product; repeat it for any of several', collectStrings)
    .option('--version <version>', 'version; can be repeated', collectStrings)
    .option('--channel <name>', 'release channel; can be repeated', collectStrings)
    .option('--process <type>', 'type of the crashed process; can be repeated', collectStrings)
    .option('--rule <name>', 'throttle rule that decided; can be repeated', collectStrings)
    .option(
      '--has <annotation>',
      'has this annotation, or a value in it: NAME#/json/pointer; all, if repeated',
      collectAnnotationPaths,
    );
}

/** Whether any of the options is given. */
export function hasFilter(options: FilterOptions): boolean {
  const { date, since, until, product, version, channel, process, rule, has } = options;
  return [date, since, until, product, version, channel, process, rule, has].some(
    (value) => value !== undefined,
  );
}

/** @throws CliError when no days are given, or both ways */
export function crashFilter(options: FilterOptions): CrashFilter {
  const { date, since = date, until = date, has = [] } = options;
  if (since === undefined) throw new CliError('give --date or --since');
  if (date !== undefined && (options.since !== undefined || options.until !== undefined))
    throw new CliError('give either --date or --since and --until');
  if (until !== undefined && until < since)
    throw new CliError(`--until ${until} is before --since ${since}`);
  const conditions = [
    ...Object.entries(comparedValues).flatMap(([name, valueOf]) => {
      const wanted = options[name as keyof typeof comparedValues];
      return wanted === undefined
        ? []
        : [(rawCrash: JsonValue) => wanted.includes(stringOf(valueOf(rawCrash)))];
    }),
    ...has.map((path) => (rawCrash: JsonValue) => valueAt(rawCrash, path) !== undefined),
  ];
  const { product, version, channel, process, rule } = options;
  return {
    description: {
      since,
      until,
      product,
      version,
      channel,
      process,
      rule,
      has: has.map(({ source }) => source),
    },
    range: { since, until },
    readsRawCrash: conditions.length > 0,
    matches: (rawCrash) => conditions.every((condition) => condition(rawCrash)),
  };
}

/** A string as it is, other values as JSON, nothing as the empty string. */
export function stringOf(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
