import { checkRuleset } from './check-ruleset.js';
import { type PlaceFinding, placeFindings } from '../document/place-findings.js';
import { type RulesetDocument, rulesetLimits } from '../document/ruleset-document.js';
import type { RulesetProblem } from '../document/ruleset-problem.js';
import { YamlSource } from '../document/yaml-source.js';

/** `ruleset` is there when there are no errors. Problems stand in the order of the text. */
export interface ParsedRuleset {
  ruleset?: RulesetDocument;
  errors: RulesetProblem[];
  warnings: RulesetProblem[];
}

/** Validation compiles expressions and evaluates none: no rule ever asks this clock. */
const unusedClock = () => new Date(0);
const start = { line: 1, column: 1 };

/**
 * Reads and validates a ruleset document (YAML) and reports every error at once.
 *
 * Limits: `rulesetLimits`. YAML anchors and aliases are refused. Where the YAML itself is broken, what
 * else seems wrong in the same line is left out.
 */
export function parseRuleset(yamlText: string): ParsedRuleset {
  const tooLarge = sizeProblem(yamlText, rulesetLimits.documentBytes);
  if (tooLarge !== undefined) return failed([tooLarge]);
  const source = new YamlSource(yamlText);
  if (source.value === undefined) return failed(source.problems);
  const { ruleset, errors, warnings } = check(source.value, (finding) => source.locate(finding));
  const all = [...source.problems, ...errors.filter(({ line }) => !source.isBroken(line))];
  return ruleset === undefined || all.length > 0
    ? failed(inTextOrder(all))
    : { ruleset, errors: [], warnings: inTextOrder(warnings) };
}

/**
 * Validates a ruleset that arrives as JSON (`canonicalRuleset`). Its text is one line that nobody edits,
 * so problems carry the rule's name and stand at line 1, column 1.
 */
export function parseCanonicalRuleset(jsonText: string): ParsedRuleset {
  const tooLarge = sizeProblem(jsonText, rulesetLimits.canonicalBytes);
  if (tooLarge !== undefined) return failed([tooLarge]);
  try {
    return check(JSON.parse(jsonText), () => start);
  } catch (error) {
    if (error instanceof SyntaxError) {
      const hint = 'an author writes YAML; this JSON comes from a program';
      return failed([{ ...start, message: `not valid JSON: ${error.message}`, hint }]);
    }
    throw error;
  }
}

function check(value: unknown, place: PlaceFinding): ParsedRuleset {
  const { checked, findings } = checkRuleset(value, unusedClock);
  const errors = placeFindings(findings.errors, value, place);
  const warnings = placeFindings(findings.warnings, value, place);
  return checked === undefined
    ? { errors, warnings }
    : { ruleset: checked.document, errors, warnings };
}

function sizeProblem(text: string, limit: number): RulesetProblem | undefined {
  const bytes = Buffer.byteLength(text);
  const message = `the ruleset has ${bytes} bytes, at most ${limit} may be`;
  const hint = 'join rules, and remove what no rule uses';
  return bytes <= limit ? undefined : { ...start, message, hint };
}

function failed(errors: RulesetProblem[]): ParsedRuleset {
  return { errors, warnings: [] };
}

function inTextOrder(problems: readonly RulesetProblem[]): RulesetProblem[] {
  return problems.toSorted((left, right) => left.line - right.line || left.column - right.column);
}
