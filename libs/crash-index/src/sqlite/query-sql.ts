import type { SQLInputValue } from 'node:sqlite';
import type { Condition, CrashQuery, ResultWindow } from '../crash-query.js';
import { parsePattern } from '../pattern.js';
import { columnOf, columns, idBytes } from './columns.js';

/** A part of a statement, with the values of its question marks. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** The time to look for several names grows with the square of their number. */
export const maxModules = 1000;

/** Of the table `crash`. */
export function whereOf({ since, until, conditions }: CrashQuery): Sql {
  const parts = conditions.map(conditionSql);
  return {
    sql: ['date >= ? AND date < ?', ...parts.map(({ sql }) => `(${sql})`)].join(' AND '),
    values: [since, until, ...parts.flatMap(({ values }) => values)],
  };
}

/** Rows of `crash_id`, `date` and the fields, in the order of {@link columns}. */
export function crashesSql(where: Sql, { sort, from, size }: ResultWindow): Sql {
  const { field, descending } = sort;
  const direction = descending ? 'DESC' : 'ASC';
  const isTerm = field !== 'crash_id' && field !== 'date' && columnOf(field).kind === 'keyword';
  const key = isTerm ? termIn(field) : field === 'crash_id' ? 'id' : field;
  const nullsLast = key === 'id' || key === 'date' ? '' : `${field} IS NULL, `;
  const order = `${nullsLast}${key} ${direction}${key === 'id' ? '' : ', id'}`;
  // SQLite reads a materialized table in the order in which it was filled.
  return {
    sql: `WITH page AS MATERIALIZED (
            SELECT date AS page_date, id AS page_id FROM crash WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?)
          SELECT ${shown} FROM page CROSS JOIN crash ON date = page_date AND id = page_id`,
    values: [...where.values, size, from],
  };
}

const modulesIn = `(SELECT json_group_array(term.value) FROM module_list, json_each(module_list.modules) AS each
  JOIN term ON term.n = each.value WHERE module_list.n = crash.modules)`;
const shown = [
  'id',
  'date',
  ...columns.map(({ name, kind }) =>
    kind === 'number' ? name : kind === 'keywords' ? modulesIn : termIn(name),
  ),
].join(', ');

function termIn(column: string): string {
  return `(SELECT value FROM term WHERE n = ${column})`;
}

/** As {@link crashIdIn} writes it. */
const idText = `lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' ||
  substr(hex(id), 17, 4) || '-' || substr(hex(id), 21))`;

function conditionSql(condition: Condition): Sql {
  const { field, operator, values } = condition;
  const isNumeric = field === 'date' || (field !== 'crash_id' && columnOf(field).kind === 'number');
  const name = field === 'crash_id' ? 'id' : field;
  if (operator === 'exists')
    return anyOf(values, (value) => `${name} IS ${value === 'true' ? 'NOT ' : ''}NULL`, []);
  if (operator === 'is_not') {
    const { sql, values: marked } = conditionSql({ ...condition, operator: 'is' });
    return { sql: `${name} IS NULL OR NOT (${sql})`, values: marked };
  }
  if (isNumeric) {
    const sign = operator === 'before' ? '<' : operator === 'after' ? '>=' : '=';
    return anyOf(values, () => `${name} ${sign} ?`, values.map(Number));
  }
  if (field === 'crash_id' && operator === 'is') {
    const ids = values.map(idBytes).filter((id) => id !== undefined);
    return { sql: `id IN (${ids.map(() => '?').join(', ')})`, values: ids };
  }
  if (field === 'crash_id') return textSql(condition, idText);
  const { kind, number } = columnOf(field);
  const terms = textSql(condition, 'value');
  const found = {
    sql: `SELECT n FROM term WHERE field = ${number} AND (${terms.sql})`,
    values: terms.values,
  };
  if (kind === 'keywords') {
    const any = `any_of((SELECT json_group_array(n) FROM (${found.sql} LIMIT ${maxModules + 1})))`;
    const lists = `SELECT rowid FROM listed_module WHERE listed_module MATCH ${any}`;
    return { sql: `${name} IN (${lists})`, values: found.values };
  }
  // Only the number of one signature is worth its index: a plus keeps SQLite from it.
  const column = field === 'signature' && operator === 'is' ? name : `+${name}`;
  // Faster than a list for each row.
  const isOne = operator === 'is' && values.length === 1;
  return { sql: `${column} ${isOne ? '=' : 'IN'} (${found.sql})`, values: found.values };
}

function textSql({ operator, values }: Condition, text: string): Sql {
  if (operator === 'contains' || operator === 'starts_with') {
    const start = operator === 'contains' ? '%' : '';
    const patterns = values.map((value) => `${start}${value.replaceAll(/[\\%_]/g, '\\$&')}%`);
    return anyOf(values, () => `${text} LIKE ? ESCAPE '\\'`, patterns);
  }
  if (operator === 'matches') {
    const patterns = values.map((value) => parsePattern(value).re2);
    return anyOf(values, () => `linear_match(?, ${text})`, patterns);
  }
  return { sql: `${text} IN (${values.map(() => '?').join(', ')})`, values };
}

function anyOf(
  values: readonly string[],
  sqlOf: (value: string) => string,
  marked: readonly SQLInputValue[],
): Sql {
  return { sql: values.map(sqlOf).join(' OR '), values: marked };
}
