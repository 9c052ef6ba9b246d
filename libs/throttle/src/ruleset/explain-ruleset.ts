import type { SampleOutcome, Verdict } from '../document/ruleset-document.js';
import type { ExpressionClause } from '../language/rule-language.js';
import type { CheckedRule } from './check-rule.js';
import { drawFor, type RandomOfRule, sampleSide } from './sample.js';

/** The result of one rule for a report. */
export interface RuleExplanation {
  readonly rule: string;
  readonly matched: boolean;
  /** The outcome; only if the rule matched. */
  readonly outcome?: SampleOutcome;
  /** The draw (0 to 100) and the percentage that it was compared with. */
  readonly sample?: { readonly draw: number; readonly percent: number };
  /** Why the rule failed; a rule that fails does not match. */
  readonly error?: string;
  /** The parts of its condition (`a && b`), all of which must hold. */
  readonly clauses: readonly ClauseExplanation[];
  /** This rule decided: `evaluate` would not have run those below it. */
  readonly decided: boolean;
}

/** The result of one part of a condition for a report. */
interface ClauseExplanation {
  /** As the author wrote it. */
  readonly text: string;
  /** Undefined if it failed. */
  readonly holds?: boolean;
}

export interface RulesetExplanation {
  readonly verdict: Verdict;
  readonly rule: string;
  /** As in a `ThrottleDecision`. */
  readonly stopSendingFor?: string;
  /** Every rule, in order. */
  readonly rules: readonly RuleExplanation[];
}

type RuleResult = Pick<RuleExplanation, 'matched' | 'outcome' | 'sample' | 'error'>;

/** Runs all rules, including those below the one that decides. */
export function resultsOf(
  rules: readonly CheckedRule[],
  random: RandomOfRule,
): readonly RuleResult[] {
  return rules.map((rule) => resultOf(rule, random));
}

/** Explains the results of all rules by their clauses. */
export function explainResults(
  rules: readonly CheckedRule[],
  results: readonly RuleResult[],
  noMatch: Pick<RulesetExplanation, 'verdict' | 'rule'>,
): RulesetExplanation {
  const index = results.findIndex(({ outcome }) => outcome !== undefined && outcome !== 'continue');
  const explained = rules.flatMap(({ rule, match }, at) => {
    const result = results[at];
    if (result === undefined) return [];
    const clauses = match.clauses().map(explainClause);
    return [{ rule: rule.name, ...result, clauses, decided: at === index }];
  });
  const decisive = explained[index];
  return decisive?.outcome === undefined || decisive.outcome === 'continue'
    ? { ...noMatch, rules: explained }
    : { verdict: decisive.outcome, rule: decisive.rule, rules: explained };
}

function resultOf(checked: CheckedRule, random: RandomOfRule): RuleResult {
  const { rule, match } = checked;
  try {
    if (match.run() !== true) return { matched: false };
    if ('result' in rule) return { matched: true, outcome: rule.result };
    const draw = drawFor(checked, random);
    const sample = { draw, percent: rule.sample.percent };
    return { matched: true, outcome: sampleSide(rule.sample, draw), sample };
  } catch (error) {
    return { matched: false, error: error instanceof Error ? error.message : String(error) };
  }
}

function explainClause(clause: ExpressionClause): ClauseExplanation {
  const { text } = clause;
  try {
    return { text, holds: clause.run() === true };
  } catch {
    // Parts run separately, so a part can fail because a guard before it does not hold.
    return { text };
  }
}
