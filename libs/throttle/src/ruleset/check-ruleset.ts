import { asFields, checkKeys, describe, wordField } from '../document/check-fields.js';
import { checkLists } from './check-lists.js';
import { type CheckedRule, checkRule } from './check-rule.js';
import { RuleLanguage } from '../language/rule-language.js';
import { type RulesetDocument, rulesetLimits } from '../document/ruleset-document.js';
import { Findings } from '../document/ruleset-problem.js';
import { addRulesetWarnings } from './ruleset-warnings.js';

/** A document without errors, its rules compiled in one language. */
export interface CheckedRuleset {
  readonly document: RulesetDocument;
  readonly rules: readonly CheckedRule[];
  readonly language: RuleLanguage;
}

const keys = { required: ['apiVersion', 'kind', 'rules'], optional: ['lists'] };

/** Checks plain values against the ruleset format and compiles every expression. */
export function checkRuleset(
  value: unknown,
  now: () => Date,
): { checked?: CheckedRuleset; findings: Findings } {
  const findings = new Findings();
  const fields = asFields(value, [], 'a ruleset', findings);
  if (fields === undefined) return { findings };
  checkKeys(fields, [], keys, findings);
  const apiVersion = wordField(fields, 'apiVersion', ['antenna/v1'], [], findings);
  const kind = wordField(fields, 'kind', ['ThrottleRuleset'], [], findings);
  const lists = checkLists(fields['lists'], findings);
  const language = new RuleLanguage(lists, now);
  const rules = checkRules(fields['rules'], language, findings);
  if (findings.errors.length > 0 || apiVersion === undefined || kind === undefined)
    return { findings };
  addRulesetWarnings(rules, Object.keys(lists), findings);
  const document = { apiVersion, kind, lists, rules: rules.map(({ rule }) => rule) };
  return { checked: { document, rules, language }, findings };
}

function checkRules(
  value: unknown,
  language: RuleLanguage,
  findings: Findings,
): readonly CheckedRule[] {
  if (!Array.isArray(value)) {
    if (value !== undefined) {
      findings.error(['rules'], `rules must be a list of rules, but is ${describe(value)}`, {
        hint: 'begin each rule with a dash: - name: …',
      });
    }
    return [];
  }
  if (value.length === 0 || value.length > rulesetLimits.rules) {
    findings.error(
      ['rules'],
      `a ruleset has 1 to ${rulesetLimits.rules} rules, not ${value.length}`,
      {
        hint:
          value.length === 0
            ? 'a rule for every report has match: "true"'
            : 'join rules by || or by a list',
      },
    );
    return [];
  }
  checkUniqueNames(value, findings);
  return value.flatMap(
    (rule: unknown, index) => checkRule(rule, ['rules', index], language, findings) ?? [],
  );
}

function checkUniqueNames(rules: readonly unknown[], findings: Findings): void {
  const seen = new Set<unknown>();
  for (const [index, rule] of rules.entries()) {
    const name =
      typeof rule === 'object' && rule !== null && 'name' in rule ? rule.name : undefined;
    if (typeof name === 'string' && seen.has(name)) {
      findings.error(['rules', index, 'name'], `another rule is already called ${name}`, {
        hint: 'names are counted in metrics: give every rule its own',
      });
    }
    seen.add(name);
  }
}
