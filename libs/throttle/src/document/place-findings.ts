import type { Finding, RulesetProblem } from './ruleset-problem.js';

/** Says where a finding stands in the text that its document came from. */
export type PlaceFinding = (finding: Finding) => { line: number; column: number };

/** Turns findings into problems with a place and the name of the rule that they lie in. */
export function placeFindings(
  findings: readonly Finding[],
  document: unknown,
  place: PlaceFinding,
): RulesetProblem[] {
  return findings.map((finding) => {
    const rule = ruleNameAt(finding, document);
    const { message, hint } = finding;
    return {
      ...(rule === undefined ? {} : { rule }),
      ...place(finding),
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
