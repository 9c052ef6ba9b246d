/** An error or a warning in a ruleset, in words for its author. */
export interface RulesetProblem {
  /** The rule's name, when the problem lies in a rule that has one. */
  readonly rule?: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

/** Keys and indexes that lead from the document's top to a value. */
export type DocumentPath = readonly (string | number)[];

/** A problem before its line and column are known. */
export interface Finding {
  readonly path: DocumentPath;
  /** Point at the key instead of its value. */
  readonly at?: 'key';
  /** Characters into the text at `path`. */
  readonly offset?: number;
  readonly message: string;
  readonly hint: string;
}

/** Collects every problem of a document, so that its author sees them all at once. */
export class Findings {
  readonly errors: Finding[] = [];
  readonly warnings: Finding[] = [];

  error(path: DocumentPath, message: string, more: Pick<Finding, 'at' | 'offset' | 'hint'>) {
    this.errors.push({ path, message, ...more });
  }

  warning(path: DocumentPath, message: string, hint: string) {
    this.warnings.push({ path, message, hint });
  }
}

/** A ruleset that must not be used; `problems` holds every error. */
export class InvalidRulesetError extends Error {
  override readonly name = 'InvalidRulesetError';
  readonly code = 'invalid_ruleset';

  constructor(readonly problems: readonly RulesetProblem[]) {
    super(problems.map(describeProblem).join('\n'));
  }
}

/** One line for a terminal or an event: place, rule, message and hint. */
export function describeProblem(problem: RulesetProblem): string {
  const rule = problem.rule === undefined ? '' : ` rule ${problem.rule}:`;
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return `${problem.line}:${problem.column}:${rule} ${problem.message}${hint}`;
}
