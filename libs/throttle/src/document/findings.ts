/** An error or a warning in a ruleset, worded for its author. */
export interface RulesetProblem {
  /** The rule's name, if the problem is in a rule that has one. */
  readonly rule?: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  readonly message: string;
  /** How to fix it. */
  readonly hint?: string;
}

/** Keys and indexes from the top of the document to a value. */
export type DocumentPath = readonly (string | number)[];

/** A problem whose line and column are not known yet. */
export interface Finding {
  readonly path: DocumentPath;
  /** Locate the key instead of its value. */
  readonly at?: 'key';
  /** Characters from the start of the string at `path`. */
  readonly offset?: number;
  readonly message: string;
  readonly hint: string;
}

/** Collects all problems of a document, so that its author sees them at once. */
export class Findings {
  readonly errors: Finding[] = [];
  readonly warnings: Finding[] = [];
  /** Keys that were ignored, such as `rules.2.colour`. */
  readonly ignored: string[] = [];

  constructor(private readonly unknownKeys: 'refused' | 'ignored') {}

  error(path: DocumentPath, message: string, more: Pick<Finding, 'at' | 'offset' | 'hint'>) {
    this.errors.push({ path, message, ...more });
  }

  unknownKey(path: DocumentPath, key: string, hint: string) {
    if (this.unknownKeys === 'ignored') this.ignored.push([...path, key].join('.'));
    else this.error([...path, key], `unknown key ${key}`, { at: 'key', hint });
  }

  warning(path: DocumentPath, message: string, hint: string) {
    this.warnings.push({ path, message, hint });
  }
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

/** Locates a finding in the text of its document. */
export type LocateFinding = (finding: Finding) => { line: number; column: number };

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
