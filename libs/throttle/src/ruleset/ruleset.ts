import { createHash } from 'node:crypto';
import type { RulesetDocument, SampleOutcome, Verdict } from '../document/ruleset-document.js';
import type { RuleLanguage } from '../language/rule-language.js';
import type { CheckedRule } from './check-rule.js';
import { explainResults, resultsOf, type RulesetExplanation } from './explain-ruleset.js';
import { drawFor, type RandomOfRule, sampleSide } from './sample.js';
import { stopSendingFor } from './stop-sending.js';

/** A verdict and the rule that decided; `NO_MATCH` if none did. */
export interface ThrottleDecision {
  readonly verdict: Verdict;
  readonly rule: string;
  /** The version of which the client must send no more reports. */
  readonly stopSendingFor?: string;
}

export interface EvaluationOptions {
  readonly now: () => Date;
  /** `Math.random`, or numbers that another ruleset has drawn for the same report. */
  readonly random: RandomOfRule;
  /** Called whenever a rule fails in `evaluate`; the callback must limit its own rate. */
  readonly onRuleError?: (rule: string, error: unknown) => void;
  /** Called whenever the sample of a rule lets a report go on to the next rule. */
  readonly onContinue?: (rule: string) => void;
}

const noMatch: ThrottleDecision = { verdict: 'reject', rule: 'NO_MATCH' };

/** A valid ruleset, compiled and ready to decide any number of reports. It keeps nothing of a report between calls. */
export class Ruleset {
  /** The document as JSON in one fixed form: keys sorted at every level, no white space. */
  readonly canonicalJson: string;
  /** The first 16 hex digits of the SHA-256 of `canonicalJson`: equal documents have equal revisions. */
  readonly revision: string;

  constructor(
    readonly document: RulesetDocument,
    private readonly rules: readonly CheckedRule[],
    private readonly language: RuleLanguage,
  ) {
    this.canonicalJson = canonicalJson(document);
    this.revision = createHash('sha256').update(this.canonicalJson).digest('hex').slice(0, 16);
  }

  get ruleNames(): readonly string[] {
    return this.document.rules.map(({ name }) => name);
  }

  /**
   * Decides a report by the first rule that matches. Never throws because of a report's content: a rule that fails
   * does not match.
   * @param annotations as `annotationsForRules` returns them
   */
  evaluate(annotations: ReadonlyMap<string, string>, options: EvaluationOptions): ThrottleDecision {
    return this.language.withReport(annotations, options.now, () => {
      for (const rule of this.rules) {
        const verdict = outcomeOf(rule, options);
        if (verdict === 'continue') continue;
        return { verdict, rule: rule.rule.name, ...stopSendingFor(rule.rule, annotations) };
      }
      return noMatch;
    });
  }

  /** Decides like `evaluate` and explains the result of every rule. Slower: runs all rules, and samples draw anew. */
  explain(
    annotations: ReadonlyMap<string, string>,
    { now, random }: Pick<EvaluationOptions, 'now' | 'random'>,
  ): RulesetExplanation {
    const evaluate = <Result>(run: () => Result): Result =>
      this.language.withReport(annotations, now, run);
    // The clauses have a budget of their own, so that each rule has the result that ingest would give it.
    const results = evaluate(() => resultsOf(this.rules, random));
    const explanation = evaluate(() => explainResults(this.rules, results, noMatch));
    const decisive = this.rules[explanation.rules.findIndex(({ decided }) => decided)];
    return decisive === undefined
      ? explanation
      : { ...explanation, ...stopSendingFor(decisive.rule, annotations) };
  }
}

/** A rule that does not match, or fails, lets the report go on to the next one. */
function outcomeOf(
  checked: CheckedRule,
  { random, onRuleError, onContinue }: EvaluationOptions,
): SampleOutcome {
  const { rule, match } = checked;
  try {
    if (match.run() !== true) return 'continue';
    if ('result' in rule) return rule.result;
    const side = sampleSide(rule.sample, drawFor(checked, random));
    if (side === 'continue') onContinue?.(rule.name);
    return side;
  } catch (error) {
    onRuleError?.(rule.name, error);
    return 'continue';
  }
}

function canonicalJson(document: RulesetDocument): string {
  return JSON.stringify(document, (_key, value: unknown) =>
    isPlainObject(value)
      ? Object.fromEntries(
          Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)),
        )
      : value,
  );
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
