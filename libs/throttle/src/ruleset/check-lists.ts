import {
  asFields,
  describe,
  type DocumentPath,
  type Findings,
  shorten,
} from '#antenna/yaml-document';
import { RuleLanguage } from '../language/rule-language.js';
import { type RuleList, rulesetLimits } from '../document/ruleset-document.js';

type Lists = Record<string, RuleList>;

/** The lists of a document, which may have none. Adds an error for each list that is not valid. */
export function checkLists(value: unknown, findings: Findings): Lists {
  const lists: Lists = {};
  const fields = value === undefined ? {} : asFields(value, ['lists'], 'lists', findings);
  const names = Object.entries(fields ?? {});
  if (names.length > rulesetLimits.lists) {
    findings.error(
      ['lists'],
      `there are ${names.length} lists; the limit is ${rulesetLimits.lists}`,
      { hint: 'remove unused lists, or make several lists groups of one' },
    );
    return lists;
  }
  for (const [name, content] of names) {
    const path = ['lists', name];
    const list = checkList(content, path, findings);
    if (isListName(name, path, findings)) {
      // A list with errors stays known; otherwise every rule that uses it would be reported, too.
      lists[name] = list ?? [];
    }
  }
  return lists;
}

function isListName(name: string, path: DocumentPath, findings: Findings): boolean {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name.length > rulesetLimits.nameCharacters) {
    findings.error(path, `${shorten(name)} is not a valid name for a list`, {
      at: 'key',
      hint: 'use letters, digits and _, and start with a letter',
    });
    return false;
  }
  if (RuleLanguage.isReserved(name)) {
    findings.error(path, `${name} is a reserved word in expressions`, {
      at: 'key',
      hint: `rename the list, for example to ${name}_list`,
    });
    return false;
  }
  return true;
}

function checkList(value: unknown, path: DocumentPath, findings: Findings): RuleList | undefined {
  if (Array.isArray(value)) return checkItems(value, path, findings);
  if (typeof value !== 'object' || value === null) {
    findings.error(
      path,
      `a list must contain strings or groups of strings, but is ${describe(value)}`,
      {
        hint: 'write [one, two] or { group: [one, two] }',
      },
    );
    return undefined;
  }
  const groups = Object.entries(value).map(([group, items]) => {
    return [group, checkGroup(items, [...path, group], findings)] as const;
  });
  const count = groups.reduce((sum, [, items]) => sum + items.length, 0);
  if (groups.length === 0 || count > rulesetLimits.listItems)
    findings.error(path, ...sizeProblem(count));
  return Object.fromEntries(groups);
}

function checkGroup(value: unknown, path: DocumentPath, findings: Findings): readonly string[] {
  if (!Array.isArray(value)) {
    findings.error(path, `a group of a list must contain strings, but is ${describe(value)}`, {
      hint: 'write [one, two]',
    });
    return [];
  }
  return checkItems(value, path, findings);
}

function checkItems(
  items: readonly unknown[],
  path: DocumentPath,
  findings: Findings,
): readonly string[] {
  // An empty list would turn "not in the list" into "every report".
  if (items.length === 0 || items.length > rulesetLimits.listItems) {
    findings.error(path, ...sizeProblem(items.length));
    return [];
  }
  return items.filter((item, index): item is string => {
    if (typeof item !== 'string') {
      findings.error(
        [...path, index],
        `a list must contain only strings, but this is ${describe(item)}`,
        {
          hint: 'put it in quotes',
        },
      );
      return false;
    }
    if (item.length > rulesetLimits.listItemCharacters) {
      findings.error(
        [...path, index],
        `the string is ${item.length} characters long; the limit is ${rulesetLimits.listItemCharacters}`,
        { hint: 'shorten it, or compare with startsWith()' },
      );
    }
    return true;
  });
}

function sizeProblem(count: number): [message: string, more: { hint: string }] {
  return count === 0
    ? ['a list must not be empty', { hint: 'add a string, or remove the list and its uses' }]
    : [
        `the list has ${count} strings; the limit is ${rulesetLimits.listItems}`,
        { hint: 'split it into two lists' },
      ];
}
