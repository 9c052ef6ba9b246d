/** Counts crashes in the thread that reads the file. */
import { extname } from 'node:path';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Group, Groups } from '../crash-query.js';
import type { Counted, Counts as CountsOf, TimeParts } from './counts.js';
import type { Tally, TallyColumn, TallyField, TallyRequest } from './search-request.js';

// Imported as in the thread, for the same reason.
const sibling = import.meta.resolve(`./counts${extname(import.meta.url)}`);
const { Counts } = (await import(sibling)) as typeof import('./counts.js');

type Values = readonly SQLOutputValue[];
/** The terms of each list. */
type Lists = ReadonlyMap<number, number[]>;

interface Top {
  readonly number: number;
  readonly value: string;
  readonly counted: Counted;
}

/** What is known of the groups that are returned. */
interface Detail {
  readonly buckets: number[];
  readonly within: CountsOf;
}

let visit: (date: number, values: Values) => void = () => undefined;

/** Gives SQL the function that {@link tally} uses: one call for each row is faster than a sort of the rows by SQLite. */
export function addTally(database: DatabaseSync): void {
  database.aggregate('each_row', {
    varargs: true,
    start: 0,
    step: (count: number, date, ...values) => {
      visit(Number(date), values);
      return count + 1;
    },
    result: (count: number) => count,
  });
}

export function tally(database: DatabaseSync, request: TallyRequest): Tally {
  const { fields } = request;
  const counts = fields.map((field) => new Counts('many', partsOf(field, request)));
  const total = eachRow(
    database,
    request,
    fields.map(({ by }) => by),
    '',
    (date, values) => {
      for (let index = 0; index < values.length; index += 1)
        count(counts[index], values[index], date);
    },
  );
  const tops = counts.map((counted, index) => {
    const { by, limit } = fields[index] as TallyField;
    const lists = by.kind === 'list' ? listsOf(database, counted) : undefined;
    const all = lists ? expanded(counted, lists) : counted;
    return { lists, groupCount: all.size, top: topOf(database, all, by, limit) };
  });
  const details = tops.map(({ top }, index) => emptyDetails(top, fields[index]?.buckets ?? 0));
  if (total > 0) addDetails(database, request, { counts, tops, details });
  const groups = fields.map((field, index): Groups => {
    const { top = [], groupCount = 0 } = tops[index] ?? {};
    return {
      groupCount,
      groups: top.map(({ number, value, counted }) =>
        groupOf(database, field, {
          value,
          counted,
          detail: details[index]?.get(number),
          parts: counts[index]?.hasParts ? counts[index].partsOf(number) : undefined,
        }),
      ),
    };
  });
  return { total, groups };
}

/** Those that are counted with the groups: of the rest, only of the groups that are returned. */
function partsOf(
  { by, within, buckets, bucketLength }: TallyField,
  { since }: TallyRequest,
): TimeParts | undefined {
  if (by.kind === 'list' || within || buckets === 0) return undefined;
  return { since, length: bucketLength, count: buckets };
}

function emptyDetails(top: readonly Top[], buckets: number): Map<number, Detail> {
  const detailOf = (): Detail => ({
    buckets: Array<number>(buckets).fill(0),
    within: new Counts('few'),
  });
  return new Map(top.map(({ number }) => [number, detailOf()]));
}

/** Counts the parts of the time and the groups within, for the groups that are returned. */
function addDetails(
  database: DatabaseSync,
  request: TallyRequest,
  of: {
    readonly counts: readonly CountsOf[];
    readonly tops: readonly { readonly lists: Lists | undefined }[];
    readonly details: readonly Map<number, Detail>[];
  },
): void {
  const read = request.fields
    .map((field, index) => ({
      field,
      isCounted: of.counts[index]?.hasParts === true,
      lists: of.tops[index]?.lists,
      found: of.details[index],
    }))
    .filter(
      ({ field, isCounted }) => field.within !== undefined || (field.buckets > 0 && !isCounted),
    );
  const [one, ...others] = read;
  if (!one) return;
  const columns = read.flatMap(({ field: { by, within } }) => [by, within ?? by]);
  const top = [...(one.found?.keys() ?? [])].join(', ');
  // As the only one, it needs no other rows.
  const more = others.length > 0 || one.lists ? '' : ` AND +${one.field.by.name} IN (${top})`;
  eachRow(database, request, columns, more, (date, values) => {
    for (let index = 0; index < read.length; index += 1) {
      const { field, lists, found } = read[index] ?? one;
      const value = Number(values[2 * index] ?? Number.NaN);
      for (const number of lists ? (lists.get(value) ?? []) : [value]) {
        const detail = found?.get(number);
        if (!detail) continue;
        if (field.buckets > 0) {
          const bucket = Math.floor((date - request.since) / field.bucketLength);
          detail.buckets[bucket] = (detail.buckets[bucket] ?? 0) + 1;
        }
        if (field.within) count(detail.within, values[2 * index + 1], date);
      }
    }
  });
}

function groupOf(
  database: DatabaseSync,
  { within: column, withinLimit }: TallyField,
  of: {
    readonly value: string;
    readonly counted: Counted;
    readonly detail: Detail | undefined;
    readonly parts: readonly number[] | undefined;
  },
): Group {
  const { value, counted, detail, parts } = of;
  const within = detail?.within ?? new Counts('few');
  const { count: total, first, last } = counted;
  return {
    value,
    count: total,
    firstSeen: first,
    lastSeen: last,
    buckets: parts ?? detail?.buckets ?? [],
    within: column
      ? topOf(database, within, column, withinLimit).map((each) => ({
          value: each.value,
          count: each.counted.count,
        }))
      : [],
    withinCount: within.size,
  };
}

/** The number of rows. */
function eachRow(
  database: DatabaseSync,
  { where }: TallyRequest,
  columns: readonly TallyColumn[],
  more: string,
  onRow: typeof visit,
): number {
  visit = onRow;
  const names = ['date', ...columns.map(({ name }) => name)].join(', ');
  const row = database
    .prepare(`SELECT each_row(${names}) AS total FROM crash WHERE ${where.sql}${more}`)
    .get(...where.values);
  return Number(row?.['total'] ?? 0);
}

function count(
  counts: CountsOf | undefined,
  value: SQLOutputValue | undefined,
  date: number,
): void {
  if (typeof value === 'number') counts?.add(value, date);
}

function listsOf(database: DatabaseSync, counts: CountsOf): Map<number, number[]> {
  const find = database.prepare('SELECT modules FROM module_list WHERE n = ?');
  return new Map(
    counts
      .all()
      .map((list) => [list, JSON.parse(String(find.get(list)?.['modules'] ?? '[]')) as number[]]),
  );
}

function expanded(counts: CountsOf, lists: Lists): CountsOf {
  const all = new Counts('many');
  for (const [list, terms] of lists) {
    const counted = counts.at(list);
    for (const term of counted ? terms : []) all.addAll(term, counted as Counted);
  }
  return all;
}

/** The largest first, of equal size in the order of their values. */
function topOf(
  database: DatabaseSync,
  counts: CountsOf,
  { kind }: TallyColumn,
  limit: number,
): Top[] {
  const large = counts.largest(limit);
  const ordered =
    kind === 'number'
      ? large.toSorted((a, b) => a - b).map((number) => [number, number])
      : namesOf(database, large);
  return ordered
    .flatMap(([number, value]) => {
      const counted = counts.at(Number(number));
      return counted ? [{ number: Number(number), value: String(value), counted }] : [];
    })
    .toSorted((a, b) => b.counted.count - a.counted.count)
    .slice(0, limit);
}

function namesOf(database: DatabaseSync, terms: readonly number[]): SQLOutputValue[][] {
  const statement = database.prepare(
    'SELECT n, value FROM term WHERE n IN (SELECT value FROM json_each(?)) ORDER BY value',
  );
  statement.setReturnArrays(true);
  return statement.all(JSON.stringify(terms)) as unknown as SQLOutputValue[][];
}
