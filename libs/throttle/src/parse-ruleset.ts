import { checkRuleset } from './check-ruleset.js';
import { type RulesetDocument, rulesetLimits } from './ruleset-document.js';
import { type PlaceFinding, placeFindings } from './place-findings.js';
import type { Findings, RulesetProblem } from './ruleset-problem.js';
import { type PlacedMessage, type Position, YamlSource } from './yaml-source.js';

/** `ruleset` is there when there are no errors. Problems stand in the order of the text. */
export interface ParsedRuleset {
  ruleset?: RulesetDocument;
  errors: RulesetProblem[];
  warnings: RulesetProblem[];
}

/** Validation compiles expressions and evaluates none: no rule ever asks this clock. */
const unusedClock = () => new Date(0);

/**
 * Reads and validates a ruleset document (YAML) and reports every error at once.
 *
 * Limits: `rulesetLimits`. YAML anchors and aliases are refused.
 */
export function parseRuleset(yamlText: string): ParsedRuleset {
  const tooLarge = sizeProblem(yamlText);
  if (tooLarge !== undefined) {
    return { errors: [tooLarge], warnings: [] };
  }
  const source = new YamlSource(yamlText);
  if (source.value === undefined) {
    return { errors: source.problems, warnings: [] };
  }
  const { checked, findings } = checkRuleset(source.value, unusedClock);
  const { problems, value } = source;
  return assemble(checked?.document, problems, findings, value, (finding) =>
    source.locate(finding),
  );
}

/**
 * Validates a ruleset that arrives as JSON (`canonicalRuleset`). Its text is one line that nobody edits,
 * so problems carry the rule's name and stand at line 1, column 1.
 */
export function parseCanonicalRuleset(jsonText: string): ParsedRuleset {
  const tooLarge = sizeProblem(jsonText);
  if (tooLarge !== undefined) {
    return { errors: [tooLarge], warnings: [] };
  }
  let value: unknown;
  try {
    value = JSON.parse(jsonText);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { errors: [{ ...start, message: `not valid JSON: ${reason}` }], warnings: [] };
  }
  const { checked, findings } = checkRuleset(value, unusedClock);
  return assemble(checked?.document, [], findings, value, () => start);
}

const start: Position = { line: 1, column: 1 };

function sizeProblem(text: string): RulesetProblem | undefined {
  const bytes = Buffer.byteLength(text);
  return bytes <= rulesetLimits.documentBytes
    ? undefined
    : {
        ...start,
        message: `the ruleset has ${bytes} bytes, at most ${rulesetLimits.documentBytes} may be`,
      };
}

function assemble(
  ruleset: RulesetDocument | undefined,
  problems: readonly PlacedMessage[],
  findings: Findings,
  value: unknown,
  place: PlaceFinding,
): ParsedRuleset {
  const found = placeFindings(findings.errors, value, place);
  const errors = [...problems, ...found].toSorted(inTextOrder);
  const warnings = placeFindings(findings.warnings, value, place).toSorted(inTextOrder);
  return ruleset === undefined || errors.length > 0
    ? { errors, warnings }
    : { ruleset, errors, warnings };
}

function inTextOrder(left: Position, right: Position): number {
  return left.line - right.line || left.column - right.column;
}
