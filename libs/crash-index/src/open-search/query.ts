import { crashFields } from '../crash-fields.js';
import type { Condition, CrashQuery } from '../crash-query.js';
import { parsePattern } from '../pattern.js';

/** The query language of OpenSearch, as JSON. */
export type Clause = Readonly<Record<string, unknown>>;

/** Of the automaton of a regular expression; Lucene's default is 10,000. */
const maxStates = 2000;

/** A filter without scores, for a query that has been checked. */
export function clauseOf({ since, until, conditions }: CrashQuery): Clause {
  const time = { range: { date: { gte: since, lt: until, format: 'epoch_millis' } } };
  return { bool: { filter: [time, ...conditions.map(conditionClause)] } };
}

function conditionClause(condition: Condition): Clause {
  const { field, operator, values } = condition;
  switch (operator) {
    case 'is':
      return { terms: { [field]: comparable(condition) } };
    case 'is_not':
      return { bool: { must_not: [{ terms: { [field]: comparable(condition) } }] } };
    case 'contains':
      return anyOf(values, (value) => ({
        wildcard: {
          [field]: { value: `*${value.replaceAll(/[*?\\]/g, '\\$&')}*`, case_insensitive: true },
        },
      }));
    case 'starts_with':
      return anyOf(values, (value) => ({ prefix: { [field]: { value, case_insensitive: true } } }));
    case 'matches':
      return anyOf(values, (value) => ({
        regexp: {
          [field]: {
            value: parsePattern(value).lucene,
            flags: 'NONE',
            max_determinized_states: maxStates,
          },
        },
      }));
    case 'before':
      return anyOf(numbers(condition), (value) => ({ range: { [field]: { lt: value } } }));
    case 'after':
      return anyOf(numbers(condition), (value) => ({ range: { [field]: { gte: value } } }));
    case 'exists':
      return anyOf(values, (value) => {
        const exists = { exists: { field } };
        return value === 'true' ? exists : { bool: { must_not: [exists] } };
      });
  }
}

function anyOf<T>(values: readonly T[], clause: (value: T) => Clause): Clause {
  return { bool: { should: values.map(clause), minimum_should_match: 1 } };
}

function comparable(condition: Condition): readonly (string | number)[] {
  const { kind } = crashFields[condition.field];
  return kind === 'number' || kind === 'time' ? numbers(condition) : condition.values;
}

function numbers({ values }: Condition): readonly number[] {
  return values.map(Number);
}
