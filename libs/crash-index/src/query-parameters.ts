import { errorMessage } from '#antenna/errors';
import { suggest } from '#antenna/nearest-word';

import { crashFields, type FieldKind, type FieldName } from './crash-fields.js';
import {
  type Condition,
  type CrashQuery,
  type Operator,
  operators,
  operatorsOf,
} from './crash-query.js';
import { parsePattern } from './pattern.js';
import { parseQueryTime, timeParameters, timeParametersOf } from './query-time.js';

export interface QueryReader {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether protected fields may be used; otherwise they are refused, whatever they are compared with. */
  readonly mayUseProtected: boolean;
  /** Parameters that are no part of the query. */
  readonly others?: readonly string[];
}

/** `query` is undefined if there are problems: the first ones, each of which says what is wrong and how to fix it. */
export type ParsedQuery =
  | { readonly query: CrashQuery; readonly problems: readonly [] }
  | { readonly query: undefined; readonly problems: readonly string[] };

export const queryLimits = {
  conditions: 20,
  values: 50,
  valueLength: 1_000,
  problems: 20,
} as const;

/**
 * Reads a query from the parameters of a URL: `product=Firefox`, `signature.contains=free`, `uptime.before=60`,
 * `reason.exists=false`. A repeated parameter is one condition with several values. The time is `days=7`, which is the
 * default, or `date.after` and `date.before`.
 */
export function parseCrashQuery(params: URLSearchParams, reader: QueryReader): ParsedQuery {
  const problems: string[] = [];
  const conditions: Condition[] = [];
  const others = new Set([...(reader.others ?? []), ...timeParameters]);
  for (const [name, values] of valuesByName(params, others)) {
    const condition = parseCondition(name, values, reader);
    if (typeof condition === 'string') problems.push(condition);
    else conditions.push(condition);
    // The search for the nearest word takes a millisecond.
    if (problems.length === queryLimits.problems || conditions.length > queryLimits.conditions)
      break;
  }
  if (conditions.length > queryLimits.conditions)
    problems.push(`there are more than ${queryLimits.conditions} conditions: use fewer`);
  const time = parseQueryTime(params, reader.now);
  if (typeof time === 'string') problems.push(time);
  else if (problems.length === 0) return { query: { ...time, conditions }, problems: [] };
  return { query: undefined, problems };
}

/**
 * The parameters of a query, for a link.
 * @param now if the query ends now, its time is written as `days`, so that the link stays of use
 */
export function queryParameters(query: CrashQuery, now?: number): URLSearchParams {
  const params = new URLSearchParams();
  for (const { field, operator, values } of query.conditions) {
    const name = conditionName(field, operator);
    for (const value of values) params.append(name, value);
  }
  for (const [name, value] of timeParametersOf(query, now)) params.append(name, value);
  return params;
}

/** The name of the parameter of a condition. */
export function conditionName(field: string, operator: string): string {
  return operator === 'is' ? field : `${field}.${operator}`;
}

/** `product.is` is the same as `product`. */
function valuesByName(
  params: URLSearchParams,
  others: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [written, value] of params) {
    if (others.has(written)) continue;
    const name = written.endsWith('.is') ? written.slice(0, -'.is'.length) : written;
    const values = found.get(name);
    if (!values) found.set(name, [value]);
    else if (!values.includes(value) && values.length <= queryLimits.values) values.push(value);
  }
  return found;
}

/** The condition, or what is wrong with it. */
function parseCondition(
  name: string,
  values: readonly string[],
  { mayUseProtected, others = [] }: QueryReader,
): Condition | string {
  const [field = '', ...rest] = name.split('.');
  const operator = rest.length === 0 ? 'is' : rest.join('.');
  if (!isField(field)) {
    const known = Object.keys(crashFields).filter((known) => mayUse(known, mayUseProtected));
    return `there is no field ${shown(field)}: ${suggest(cut(field), [...known, ...others, 'days'])}`;
  }
  if (!mayUse(field, mayUseProtected))
    return `the field ${field} is hidden: remove it, or ask for the role that sees protected data`;
  const { kind } = crashFields[field];
  const suited = operatorsOf[kind];
  if (!isOperator(operator))
    return `${field} has no operator ${shown(operator)}: ${suggest(cut(operator), suited)}`;
  if (!suited.includes(operator))
    return `${field} has no operator ${operator}: use one of ${suited.join(', ')}`;
  if (values.length > queryLimits.values)
    return `${name} has more than ${queryLimits.values} values: use fewer`;
  const problem =
    ['before', 'after', 'exists'].includes(operator) && values.length > 1
      ? `${name} has ${values.length} values: give one`
      : values.map((value) => problemOf(value, name, kind, operator)).find(Boolean);
  return problem ?? { field, operator, values };
}

function problemOf(
  value: string,
  name: string,
  kind: FieldKind,
  operator: Operator,
): string | undefined {
  if (value === '') return `${name} has no value: give one, or remove it`;
  if (value.length > queryLimits.valueLength)
    return `${name} has a value of ${value.length} characters: use at most ${queryLimits.valueLength}`;
  if (operator === 'exists') {
    return value === 'true' || value === 'false'
      ? undefined
      : `${name} is ${shown(value)}: use true or false`;
  }
  if (kind === 'number' && !/^-?\d{1,15}(\.\d{1,9})?$/.test(value))
    return `${name} is ${shown(value)}: use a number, such as 60 or 0.5`;
  return operator === 'matches' ? patternProblem(value, name) : undefined;
}

function patternProblem(value: string, name: string): string | undefined {
  try {
    parsePattern(value);
    return undefined;
  } catch (error) {
    return `${name}: ${errorMessage(error)}`;
  }
}

/** Whether the name is one of {@link crashFields}. */
function isField(name: string): name is FieldName {
  return Object.hasOwn(crashFields, name);
}

/** Whether a field may be used by those who may, or may not, use protected ones. */
export function mayUse(name: string, mayUseProtected: boolean): boolean {
  return isField(name) && (mayUseProtected || !('isProtected' in crashFields[name]));
}

function isOperator(name: string): name is Operator {
  return operators.some((operator) => operator === name);
}

function cut(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}

function shown(value: string): string {
  return JSON.stringify(cut(value));
}
