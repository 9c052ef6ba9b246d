import {
  type Condition,
  type CrashQuery,
  crashFields,
  type Operator,
  queryParameters,
} from '#antenna/crash-index';
import { type Html, html } from '#antenna/web-page';

const words: Readonly<Record<Operator, string>> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  starts_with: 'starts with',
  matches: 'matches',
  before: 'is less than',
  after: 'is at least',
  exists: 'is known:',
};

/** What a query asks for, each with a link to the page without it. */
export function conditionList(
  path: string,
  query: CrashQuery,
  shown: readonly Condition[],
  others: Readonly<Record<string, string>>,
  now: number,
): Html {
  if (shown.length === 0) return html``;
  return html`<ul class="narrowed">
    ${shown.map((condition) => {
      const { field, operator, values } = condition;
      const known = values[0] === 'true' ? 'yes' : 'no';
      const value = operator === 'exists' ? known : values.join(' or ');
      const text = `${crashFields[field].title} ${words[operator]} ${value}`;
      const conditions = query.conditions.filter((other) => other !== condition);
      const link = queryParameters({ ...query, conditions }, now);
      for (const [name, value] of Object.entries(others)) link.set(name, value);
      return html`<li>
        ${text} <a href="${path}?${link.toString()}" aria-label="Remove: ${text}">×</a>
      </li>`;
    })}
  </ul>`;
}
