import { crashFields, type FieldKind, type FieldName } from './crash-fields.js';
import { CrashIndexError } from './crash-index-error.js';
import {
  type Condition,
  type CrashQuery,
  type GroupRequest,
  maxWindow,
  operatorsOf,
  type Operator,
  type ResultWindow,
} from './crash-query.js';
import { indexedText } from './indexed-facts.js';
import { parsePattern } from './pattern.js';
import { maxQueryDays } from './query-time.js';

const maxRange = maxQueryDays * 86_400_000;
const maxConditions = 50;
const maxValues = 100;
const maxValueLength = 1000;
const maxRequests = 50;
const maxGroups = 1000;
const maxBuckets = 400;
/** Parts of the time of all groups together. */
const maxCounts = 100_000;
/** Groups inside of each group. */
export const shownWithin = 10;

/**
 * The query with its values as they are indexed.
 * @throws CrashIndexError `refused`
 */
export function checkedQuery(query: CrashQuery): CrashQuery {
  const { since, until, conditions } = query;
  if (!Number.isSafeInteger(since) || !Number.isSafeInteger(until))
    refuse(`the time from ${since} to ${until} is not in whole milliseconds`);
  if (until - since > maxRange)
    refuse(`the time is longer than ${maxQueryDays} days: choose a shorter one`);
  atMost('conditions', conditions.length, maxConditions);
  return { since, until, conditions: conditions.map(checkedCondition) };
}

/** @throws CrashIndexError `refused` */
export function checkWindow({ sort, from, size }: ResultWindow): void {
  if (!isCount(from) || !isCount(size) || from + size > maxWindow)
    refuse(`the window from ${from} to ${from + size} is not in the first ${maxWindow} crashes`);
  if (kindOf(sort.field) === 'keywords') refuse(`crashes cannot be sorted by ${sort.field}`);
}

/** @throws CrashIndexError `refused` */
export function checkGroups(requests: readonly GroupRequest[]): void {
  atMost('groups', requests.length, maxRequests);
  for (const { by, limit, buckets = 1, within } of requests) {
    if (by === 'crash_id' || kindOf(by) === 'time') refuse(`crashes cannot be counted by ${by}`);
    if (within && (within === 'crash_id' || ['time', 'keywords'].includes(kindOf(within))))
      refuse(`groups cannot be counted by ${within}`);
    if (!isCount(limit) || !isCount(buckets) || buckets === 0)
      refuse('the numbers of groups and parts of the time must be whole and not negative');
    atMost('groups', limit, maxGroups);
    atMost('parts of the time', buckets, maxBuckets);
  }
  const counts = requests.reduce((sum, { limit, buckets = 0 }) => sum + limit * buckets, 0);
  atMost('parts of the time in its groups', counts, maxCounts);
}

function checkedCondition({ field, operator, values }: Condition): Condition {
  if (!operatorsOf[kindOf(field)].includes(operator))
    refuse(`${field} cannot be compared with ${operator}`);
  if (values.length === 0) refuse(`${field} is compared with no value`);
  atMost(`values of ${field}`, values.length, maxValues);
  return { field, operator, values: values.map((value) => checkedValue(value, field, operator)) };
}

function checkedValue(value: string, field: FieldName, operator: Operator): string {
  atMost(`characters in a value of ${field}`, value.length, maxValueLength);
  const kind = kindOf(field);
  if (operator === 'matches') parsePattern(value);
  const isText = kind === 'keyword' || kind === 'keywords';
  if (operator === 'exists') {
    if (value !== 'true' && value !== 'false') refuse(`${field} exists must be true or false`);
  } else if (!isText && (value.trim() === '' || !Number.isFinite(Number(value)))) {
    refuse(`${field} is compared with ${JSON.stringify(value)}, which is not a number`);
  }
  return isText && operator !== 'matches' ? indexedText(value) : value;
}

function kindOf(field: FieldName): FieldKind {
  if (!Object.hasOwn(crashFields, field)) refuse(`there is no field ${JSON.stringify(field)}`);
  return crashFields[field].kind;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function atMost(what: string, count: number, max: number): void {
  if (count > max) refuse(`the query has ${count} ${what}; at most ${max} are possible`);
}

function refuse(message: string): never {
  throw new CrashIndexError('refused', message);
}
