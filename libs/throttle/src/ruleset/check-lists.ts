import { asFields, describe, shorten } from '../document/check-fields.js';
import { RuleLanguage } from '../language/rule-language.js';
import { type RuleList, rulesetLimits } from '../document/ruleset-document.js';
import type { DocumentPath, Findings } from '../document/ruleset-problem.js';

type Lists = Record<string, RuleList>;

/** The valid lists of a document; the others leave errors. A document may have none. */
export function checkLists(value: unknown, findings: Findings): Lists {
  const lists: Lists = {};
  const fields = value === undefined ? {} : asFields(value, ['lists'], 'lists', findings);
  const names = Object.entries(fields ?? {});
  if (names.length > rulesetLimits.lists) {
    findings.error(
      ['lists'],
      `there are ${names.length} lists, at most ${rulesetLimits.lists} may be`,
      { hint: 'remove those that no rule uses, or make them groups of one list' },
    );
    return lists;
  }
  for (const [name, content] of names) {
    const path = ['lists', name];
    const list = checkList(content, path, findings);
    if (isListName(name, path, findings)) {
      // A list with errors stays known, or every rule that uses it would seem wrong as well.
      lists[name] = list ?? [];
    }
  }
  return lists;
}

function isListName(name: string, path: DocumentPath, findings: Findings): boolean {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name.length > rulesetLimits.nameCharacters) {
    findings.error(path, `${shorten(name)} cannot be the name of a list`, {
      at: 'key',
      hint: 'use letters, digits and _, and begin with a letter',
    });
    return false;
  }
  if (RuleLanguage.isTaken(name)) {
    findings.error(path, `${name} already means something in expressions`, {
      at: 'key',
      hint: `name the list otherwise, ${name}_list for example`,
    });
    return false;
  }
  return true;
}

function checkList(value: unknown, path: DocumentPath, findings: Findings): RuleList | undefined {
  if (Array.isArray(value)) return checkItems(value, path, findings);
  if (typeof value !== 'object' || value === null) {
    findings.error(path, `a list must hold texts, or groups of texts, but is ${describe(value)}`, {
      hint: 'write [one, two] or { group: [one, two] }',
    });
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
    findings.error(path, `a group of a list must hold texts, but is ${describe(value)}`, {
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
  // An emptied list would turn "not in the list" into "every report".
  if (items.length === 0 || items.length > rulesetLimits.listItems) {
    findings.error(path, ...sizeProblem(items.length));
    return [];
  }
  return items.filter((item, index): item is string => {
    if (typeof item !== 'string') {
      findings.error([...path, index], `a list holds texts, but this is ${describe(item)}`, {
        hint: 'put it in quotes',
      });
      return false;
    }
    if (item.length > rulesetLimits.listItemCharacters) {
      findings.error(
        [...path, index],
        `a text in a list has at most ${rulesetLimits.listItemCharacters} characters`,
        { hint: 'shorten it, or compare with startsWith' },
      );
    }
    return true;
  });
}

function sizeProblem(count: number): [message: string, more: { hint: string }] {
  return count === 0
    ? ['a list must not be empty', { hint: 'write a text into it, or remove it and its uses' }]
    : [
        `the list holds ${count} texts, at most ${rulesetLimits.listItems} may be`,
        { hint: 'divide it into two lists' },
      ];
}
