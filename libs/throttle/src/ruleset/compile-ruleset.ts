import { rulesetRevision } from './canonical-ruleset.js';
import { checkRuleset } from './check-ruleset.js';
import { explainRules, type RulesetExplanation } from './explain-ruleset.js';
import { placeFindings } from '../document/place-findings.js';
import type { RuleLanguage } from '../language/rule-language.js';
import type { RulesetDocument, SampleOutcome, Verdict } from '../document/ruleset-document.js';
import { InvalidRulesetError } from '../document/ruleset-problem.js';
import { type RunnableRule, runnableRule, sampleSide } from './runnable-rule.js';

/** What a ruleset decides, and the rule that decided; `NO_MATCH` when none did. */
export interface ThrottleDecision {
  readonly verdict: Verdict;
  readonly rule: string;
}

/** A ruleset ready to decide reports. It keeps nothing of a report between calls. */
export interface CompiledRuleset {
  /** Names the content: equal documents have equal revisions. */
  readonly revision: string;
  readonly ruleNames: readonly string[];
  /**
   * Decides a report by the first rule that matches. Never throws for what a report holds: a rule that
   * fails does not match.
   * @param annotations as `annotationsForRules` gives them
   */
  evaluate(annotations: ReadonlyMap<string, string>): ThrottleDecision;
  /** Decides likewise and tells what every rule says. Slower: all rules are run, with draws anew. */
  explain(annotations: ReadonlyMap<string, string>): RulesetExplanation;
}

export interface CompileOptions {
  readonly now: () => Date;
  /** In [0, 1), as `Math.random`. */
  readonly random: () => number;
  /** Called whenever a rule fails in `evaluate`; limiting the rate is the caller's part. */
  readonly onRuleError?: (rule: string, error: unknown) => void;
  /** Called whenever the sample of a rule lets a report go on to the next rule. */
  readonly onContinue?: (rule: string) => void;
}

/** A document made by code has no text to point into. */
const unplaced = () => ({ line: 1, column: 1 });
const noMatch: ThrottleDecision = { verdict: 'reject', rule: 'NO_MATCH' };

/**
 * Compiles a ruleset once, for any number of reports.
 * @throws InvalidRulesetError for a document that `parseRuleset` would refuse
 */
export function compileRuleset(
  document: RulesetDocument,
  options: CompileOptions,
): CompiledRuleset {
  const { checked, findings } = checkRuleset(document, options.now);
  if (checked === undefined)
    throw new InvalidRulesetError(placeFindings(findings.errors, document, unplaced));
  const { language } = checked;
  const rules = checked.rules.map((rule) => runnableRule(rule, options.random));
  return {
    revision: rulesetRevision(checked.document),
    ruleNames: rules.map(({ name }) => name),
    evaluate: (annotations) => evaluate(rules, language, annotations, options),
    explain: (annotations) => explainRules(rules, language, annotations, noMatch),
  };
}

function evaluate(
  rules: readonly RunnableRule[],
  language: RuleLanguage,
  annotations: ReadonlyMap<string, string>,
  options: CompileOptions,
): ThrottleDecision {
  language.use(annotations);
  try {
    for (const rule of rules) {
      const outcome = run(rule, options);
      if (outcome !== 'continue') return { verdict: outcome, rule: rule.name };
    }
    return noMatch;
  } finally {
    language.release();
  }
}

/** A rule that does not match, or fails, lets the report go on to the next one. */
function run(
  { name, match, outcome }: RunnableRule,
  { onRuleError, onContinue }: CompileOptions,
): SampleOutcome {
  try {
    if (match.run() !== true) return 'continue';
    if (typeof outcome === 'string') return outcome;
    const side = sampleSide(outcome, outcome.draw());
    if (side === 'continue') onContinue?.(name);
    return side;
  } catch (error) {
    onRuleError?.(name, error);
    return 'continue';
  }
}
