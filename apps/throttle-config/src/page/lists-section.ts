import type { RuleList, RulesetDocument, ThrottleRule } from '#antenna/throttle';
import { html, type Html } from '#antenna/web-page';

import { counted } from './words.js';

/** The lists that rules name, folded. A link to a list unfolds it, because the target of the link is inside. */
export function listsSection({ lists, rules }: RulesetDocument): Html {
  const entries = Object.entries(lists);
  if (entries.length === 0) return html``;
  return html`<section aria-labelledby="lists">
    <h2 id="lists">Lists</h2>
    ${entries.map(([name, list]) => listDetails(name, list, rules))}
  </section>`;
}

function listDetails(name: string, list: RuleList, rules: readonly ThrottleRule[]): Html {
  const groups: readonly (readonly [string | undefined, readonly string[]])[] = isFlat(list)
    ? [[undefined, list]]
    : Object.entries(list);
  const size = groups.reduce((sum, [, items]) => sum + items.length, 0);
  const users = rules.filter(({ match }) => isNamedIn(match, name));
  const how = isFlat(list) ? '' : html` in ${counted(groups.length, 'group')}`;
  return html`<details id="details-${name}">
    <summary><b>${name}</b> ${counted(size, 'entry', 'entries')}${how}</summary>
    <div id="list-${name}">
      ${groups.map(
        ([group, items]) =>
          html`${group === undefined ? '' : html`<h3>${group}</h3>`}
            <ul class="entries">
              ${items.map((item) => html`<li>${item}</li>`)}
            </ul>`,
      )}
      <p>${users.length === 0 ? 'No rule names it.' : html`Named by ${ruleLinks(users)}.`}</p>
    </div>
  </details>`;
}

function ruleLinks(rules: readonly ThrottleRule[]): readonly Html[] {
  return rules.map(({ name }, index) => {
    const separator = index === 0 ? '' : ', ';
    return html`${separator}<a href="#rule-${name}">${name}</a>`;
  });
}

function isFlat(list: RuleList): list is readonly string[] {
  return Array.isArray(list);
}

/** Whether an expression names the list, outside of its strings. */
function isNamedIn(expression: string, list: string): boolean {
  const names = expression.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""').match(/\w+/g);
  return names?.includes(list) ?? false;
}
