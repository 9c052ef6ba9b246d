import {
  asFields,
  checkKeys,
  describe,
  type Finding,
  Findings,
  inDocumentOrder,
  type LocateFinding,
  wordField,
  YamlSource,
} from '#antenna/yaml-document';
import { rulesetLimits } from '../document/ruleset-document.js';
import { locateFindings, type RulesetProblem } from '../document/ruleset-problem.js';
import { RuleLanguage } from '../language/rule-language.js';
import { checkLists } from './check-lists.js';
import { type CheckedRule, checkRule } from './check-rule.js';
import { Ruleset } from './ruleset.js';
import { addRulesetWarnings } from './ruleset-warnings.js';

/** `ruleset` is set if there are no errors. Problems are in the order of the document. */
export interface ParsedRuleset {
  ruleset?: Ruleset;
  errors: RulesetProblem[];
  warnings: RulesetProblem[];
  /** Keys that this version does not know, such as `rules.2.colour`; only in canonical JSON. */
  ignored?: readonly string[];
}

const start = { line: 1, column: 1 };
const keys = { required: ['apiVersion', 'kind', 'rules'], optional: ['lists'] };

/**
 * Reads, validates and compiles a ruleset document (YAML) and reports every error at once.
 *
 * Limits: `rulesetLimits`. YAML anchors and aliases are refused. Where the YAML itself is broken, only the cause is
 * reported, not the errors that follow from it.
 */
export function parseRuleset(yamlText: string): ParsedRuleset {
  const tooLarge = sizeProblem(yamlText, rulesetLimits.documentBytes);
  if (tooLarge !== undefined) return failed([tooLarge]);
  const source = new YamlSource(yamlText);
  if (source.value === undefined) return failed(source.problems);
  const { ruleset, errors, warnings } = check(
    source.value,
    new Findings('refused'),
    (finding) => source.locate(finding),
    (finding) => !source.followsFromSyntax(finding),
  );
  const all = [...source.problems, ...errors];
  return ruleset === undefined || all.length > 0
    ? failed(inDocumentOrder(all))
    : { ruleset, errors: [], warnings: inDocumentOrder(warnings) };
}

/**
 * Validates and compiles a ruleset from JSON (`Ruleset.canonicalJson`). The JSON is a single line that is not edited by
 * hand, so problems contain the rule's name and are located at line 1, column 1.
 *
 * Unknown keys are ignored: a newer throttle-config may know more. What must not be ignored has a new `apiVersion`.
 */
export function parseCanonicalRuleset(jsonText: string): ParsedRuleset {
  const tooLarge = sizeProblem(jsonText, rulesetLimits.canonicalBytes);
  if (tooLarge !== undefined) return failed([tooLarge]);
  try {
    const findings = new Findings('ignored');
    const parsed = check(JSON.parse(jsonText), findings, () => start);
    return { ...parsed, ignored: findings.ignored };
  } catch (error) {
    if (error instanceof SyntaxError) {
      const hint = 'only programs write this JSON: fetch it again, or start from the YAML';
      return failed([{ ...start, message: `not valid JSON: ${error.message}`, hint }]);
    }
    throw error;
  }
}

function check(
  value: unknown,
  findings: Findings,
  locate: LocateFinding,
  isReported: (finding: Finding) => boolean = () => true,
): ParsedRuleset {
  const ruleset = checkRuleset(value, findings);
  const errors = locateFindings(findings.errors.filter(isReported), value, locate);
  const warnings = locateFindings(findings.warnings, value, locate);
  return ruleset === undefined ? { errors, warnings } : { ruleset, errors, warnings };
}

/** Checks plain values against the ruleset format and compiles every expression. */
function checkRuleset(value: unknown, findings: Findings): Ruleset | undefined {
  const fields = asFields(value, [], 'a ruleset', findings);
  if (fields === undefined) return undefined;
  checkKeys(fields, [], keys, findings);
  const apiVersion = wordField(fields, 'apiVersion', ['antenna/v1'], [], findings);
  const kind = wordField(fields, 'kind', ['ThrottleRuleset'], [], findings);
  const lists = checkLists(fields['lists'], findings);
  const language = new RuleLanguage(lists);
  const rules = checkRules(fields['rules'], language, findings);
  if (findings.errors.length > 0 || apiVersion === undefined || kind === undefined)
    return undefined;
  addRulesetWarnings(rules, Object.keys(lists), findings);
  const document = { apiVersion, kind, lists, rules: rules.map(({ rule }) => rule) };
  return new Ruleset(document, rules, language);
}

function checkRules(
  value: unknown,
  language: RuleLanguage,
  findings: Findings,
): readonly CheckedRule[] {
  if (!Array.isArray(value)) {
    if (value !== undefined) {
      findings.error(['rules'], `rules must be a list of rules, but is ${describe(value)}`, {
        hint: 'start each rule with a dash: - name: …',
      });
    }
    return [];
  }
  if (value.length === 0 || value.length > rulesetLimits.rules) {
    const message = `a ruleset must have 1 to ${rulesetLimits.rules} rules, but has ${value.length}`;
    const hint =
      value.length === 0
        ? 'a rule that matches every report has match: "true"'
        : 'combine rules with || or with a list';
    findings.error(['rules'], message, { hint });
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
      findings.error(['rules', index, 'name'], `another rule is already named ${name}`, {
        hint: 'give every rule a name of its own: metrics count by name',
      });
    }
    seen.add(name);
  }
}

function sizeProblem(text: string, limit: number): RulesetProblem | undefined {
  const bytes = Buffer.byteLength(text);
  const message = `the ruleset is ${bytes} bytes; the limit is ${limit}`;
  const hint = 'combine rules, and remove unused lists';
  return bytes <= limit ? undefined : { ...start, message, hint };
}

function failed(errors: RulesetProblem[]): ParsedRuleset {
  return { errors, warnings: [] };
}
