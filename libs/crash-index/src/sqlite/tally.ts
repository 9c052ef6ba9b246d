/** Counts crashes in the thread that reads the file. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Group, Groups } from '../crash-query.js';
import type { Tally, TallyColumn, TallyField, TallyRequest } from './search-request.js';

interface Counted {
  count: number;
  first: number;
  last: number;
}

/** Values of a column: numbers of terms or lists, or numbers. */
type Counts = Map<number, Counted>;
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
  readonly within: Counts;
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
  const counts = fields.map((): Counts => new Map());
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
  const tops = fields.map(({ by, limit }, index) => {
    const lists = by.kind === 'list' ? listsOf(database, counts[index]) : undefined;
    const all = lists ? expanded(counts[index], lists) : (counts[index] ?? new Map());
    return { lists, groupCount: all.size, top: topOf(database, all, by, limit) };
  });
  const details = tops.map(({ top }, index) => emptyDetails(top, fields[index]?.buckets ?? 0));
  if (total > 0) addDetails(database, request, tops, details);
  const groups = fields.map((field, index): Groups => {
    const { top = [], groupCount = 0 } = tops[index] ?? {};
    return {
      groupCount,
      groups: top.map(({ number, value, counted }) =>
        groupOf(database, field, { value, counted, detail: details[index]?.get(number) }),
      ),
    };
  });
  return { total, groups };
}

function emptyDetails(top: readonly Top[], buckets: number): Map<number, Detail> {
  const detailOf = (): Detail => ({ buckets: Array<number>(buckets).fill(0), within: new Map() });
  return new Map(top.map(({ number }) => [number, detailOf()]));
}

/** Counts the parts of the time and the groups within, for the groups that are returned. */
function addDetails(
  database: DatabaseSync,
  request: TallyRequest,
  tops: readonly { readonly lists: Lists | undefined }[],
  details: readonly Map<number, Detail>[],
): void {
  const read = request.fields
    .map((field, index) => ({ field, lists: tops[index]?.lists, found: details[index] }))
    .filter(({ field }) => field.within !== undefined || field.buckets > 0);
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
  { value, counted, detail }: { value: string; counted: Counted; detail: Detail | undefined },
): Group {
  const within = detail?.within ?? new Map<number, Counted>();
  const { count: total, first, last } = counted;
  return {
    value,
    count: total,
    firstSeen: first,
    lastSeen: last,
    buckets: detail?.buckets ?? [],
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

function count(counts: Counts | undefined, value: SQLOutputValue | undefined, date: number): void {
  if (typeof value !== 'number' || counts === undefined) return;
  const counted = counts.get(value);
  if (counted === undefined) {
    counts.set(value, { count: 1, first: date, last: date });
    return;
  }
  counted.count += 1;
  if (date < counted.first) counted.first = date;
  if (date > counted.last) counted.last = date;
}

function listsOf(database: DatabaseSync, counts: Counts = new Map()): Map<number, number[]> {
  const find = database.prepare('SELECT modules FROM module_list WHERE n = ?');
  return new Map(
    [...counts.keys()].map((list) => [
      list,
      JSON.parse(String(find.get(list)?.['modules'] ?? '[]')) as number[],
    ]),
  );
}

function expanded(counts: Counts = new Map(), lists: Lists): Counts {
  const all: Counts = new Map();
  for (const [list, { count: number, first, last }] of counts) {
    for (const term of lists.get(list) ?? []) {
      const counted = all.get(term) ?? { count: 0, first, last };
      counted.count += number;
      counted.first = Math.min(counted.first, first);
      counted.last = Math.max(counted.last, last);
      all.set(term, counted);
    }
  }
  return all;
}

/** The largest first, of equal size in the order of their values. */
function topOf(
  database: DatabaseSync,
  counts: Counts,
  { kind }: TallyColumn,
  limit: number,
): Top[] {
  const sizes = [...counts.values()].map((counted) => counted.count).toSorted((a, b) => b - a);
  const least = sizes[limit - 1] ?? 1;
  const large = [...counts].filter(([, counted]) => counted.count >= least);
  const ordered =
    kind === 'number'
      ? large.toSorted(([a], [b]) => a - b).map(([n]) => [n, n])
      : namesOf(
          database,
          large.map(([n]) => n),
        );
  return ordered
    .map(([number, value]) => ({
      number: Number(number),
      value: String(value),
      counted: counts.get(Number(number)) ?? { count: 0, first: 0, last: 0 },
    }))
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
