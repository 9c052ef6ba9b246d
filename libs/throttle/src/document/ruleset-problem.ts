import type { DocumentProblem, Finding, LocateFinding } from '#antenna/yaml-document';

/** An error or a warning in a ruleset, worded for its author. */
export interface RulesetProblem extends DocumentProblem {
  /** The rule's name, if the problem is in a rule that has one. */
  readonly rule?: string;
}

/** A ruleset that is not valid; `problems` holds every error. */
export class InvalidRulesetError extends Error {
  override readonly name = 'InvalidRulesetError';
  readonly code = 'invalid_ruleset';

  constructor(readonly problems: readonly RulesetProblem[]) {
    super(problems.map(describeProblem).join('\n'));
  }
}

/** One line for a terminal or an event: location, rule, message and hint. */
export function describeProblem(problem: RulesetProblem): string {
  const rule = problem.rule === undefined ? '' : ` rule ${problem.rule}:`;
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return `${problem.line}:${problem.column}:${rule} ${problem.message}${hint}`;
}

/** Adds the location and the name of the rule to each finding. */
export function locateFindings(
  findings: readonly Finding[],
  document: unknown,
  locate: LocateFinding,
): RulesetProblem[] {
  return findings.map((finding) => {
    const rule = ruleNameAt(finding, document);
    const { message, hint } = finding;
    return {
      ...(rule === undefined ? {} : { rule }),
      ...locate(finding),
      message,
      hint,
    };
  });
}

function ruleNameAt({ path: [top, index] }: Finding, document: unknown): string | undefined {
  if (top !== 'rules' || typeof index !== 'number') return undefined;
  const { rules } = document as { rules?: unknown };
  const rule: unknown = Array.isArray(rules) ? rules[index] : undefined;
  const name = typeof rule === 'object' && rule !== null && 'name' in rule ? rule.name : undefined;
  return typeof name === 'string' ? name : undefined;
}
