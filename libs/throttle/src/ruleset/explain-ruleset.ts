import { type RunnableRule, sampleSide } from './runnable-rule.js';
import type { ExpressionClause, RuleLanguage } from '../language/rule-language.js';
import type { SampleOutcome, Verdict } from '../document/ruleset-document.js';

/** What one rule says to a report. */
export interface RuleExplanation {
  readonly rule: string;
  readonly matched: boolean;
  /** What the rule gives the report; only when it matched. */
  readonly outcome?: SampleOutcome;
  /** The draw (0 to 100) and the percentage that it was compared with. */
  readonly sample?: { readonly draw: number; readonly percent: number };
  /** Why the rule failed; a rule that fails does not match. */
  readonly error?: string;
  /** The parts of its condition (`a && b`); all of them must hold. */
  readonly clauses: readonly ClauseExplanation[];
  /** This rule decided; those below it would not have been asked. */
  readonly decided: boolean;
}

/** What one part of a condition says to a report. */
export interface ClauseExplanation {
  /** As the author wrote it. */
  readonly text: string;
  /** Undefined when it failed. */
  readonly holds?: boolean;
}

export interface RulesetExplanation {
  readonly verdict: Verdict;
  readonly rule: string;
  /** Every rule, in order. */
  readonly rules: readonly RuleExplanation[];
}

/** Runs all rules, also those below the one that decides, and tells what each of them says. */
export function explainRules(
  rules: readonly RunnableRule[],
  language: RuleLanguage,
  annotations: ReadonlyMap<string, string>,
  otherwise: { readonly verdict: Verdict; readonly rule: string },
): RulesetExplanation {
  language.use(annotations);
  try {
    const said = rules.map(explainRule);
    const index = said.findIndex(({ outcome }) => outcome !== undefined && outcome !== 'continue');
    const explained = said.map((one, at) => ({ ...one, decided: at === index }));
    const decisive = said[index];
    return decisive?.outcome === undefined || decisive.outcome === 'continue'
      ? { ...otherwise, rules: explained }
      : { verdict: decisive.outcome, rule: decisive.rule, rules: explained };
  } finally {
    language.release();
  }
}

function explainRule(rule: RunnableRule): Omit<RuleExplanation, 'decided'> {
  const answer = askRule(rule);
  const clauses = rule.match.clauses().map(explainClause);
  return { rule: rule.name, ...answer, clauses };
}

function askRule({
  match,
  outcome,
}: RunnableRule): Pick<RuleExplanation, 'matched' | 'outcome' | 'sample' | 'error'> {
  try {
    if (match.run() !== true) return { matched: false };
    if (typeof outcome === 'string') return { matched: true, outcome };
    const draw = outcome.draw();
    const sample = { draw, percent: outcome.percent };
    return { matched: true, outcome: sampleSide(outcome, draw), sample };
  } catch (error) {
    return { matched: false, error: error instanceof Error ? error.message : String(error) };
  }
}

function explainClause(clause: ExpressionClause): ClauseExplanation {
  const { text } = clause;
  try {
    return { text, holds: clause.run() === true };
  } catch {
    // Parts are asked one by one: the one after a failing guard may fail for that very reason.
    return { text };
  }
}
