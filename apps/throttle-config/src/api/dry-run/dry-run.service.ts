import { Injectable } from '@nestjs/common';

import type { JsonValue } from '#antenna/crash-report';
import {
  annotationsForRules,
  InvalidRulesetError,
  parseRuleset,
  type RuleExplanation,
  type Ruleset,
  type ThrottleRule,
} from '#antenna/throttle';

import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import type { EvaluateAnswer, ValidateAnswer } from './dry-run.dto.js';

/** Validates and evaluates rulesets without changing the live one. */
@Injectable()
export class DryRunService {
  constructor(private readonly current: CurrentRuleset) {}

  validate(yaml: string): ValidateAnswer {
    const { ruleset, errors, warnings } = parseRuleset(yaml);
    return ruleset
      ? { valid: true, revision: ruleset.revision, errors, warnings }
      : { valid: false, errors, warnings };
  }

  /**
   * Evaluates the annotations with the given ruleset, or with the live one.
   * @throws {InvalidRulesetError} if the given ruleset is not valid
   */
  evaluate(annotations: ReadonlyMap<string, JsonValue>, yaml?: string): EvaluateAnswer {
    const ruleset = yaml === undefined ? this.current.live.ruleset : validRuleset(yaml);
    const { verdict, rule, rules } = ruleset.explain(annotationsForRules(annotations), {
      now: () => new Date(),
      random: Math.random,
    });
    const explained = ruleset.document.rules.flatMap((evaluated, index) => {
      const explanation = rules[index];
      return explanation
        ? [Object.assign(explanation, { why: explainRule(evaluated, explanation) })]
        : [];
    });
    return { revision: ruleset.revision, verdict, rule, rules: explained };
  }
}

function validRuleset(yaml: string): Ruleset {
  const { ruleset, errors } = parseRuleset(yaml);
  if (!ruleset) throw new InvalidRulesetError(errors);
  return ruleset;
}

/** Explains to the author why the rule matched or not, and which outcome it had. */
function explainRule(
  rule: ThrottleRule,
  { matched, error, outcome, sample, clauses }: RuleExplanation,
): string {
  if (error !== undefined) return `Its condition failed, which counts as no match: ${error}.`;
  if (!matched) {
    const failing = clauses.find(({ holds }) => holds !== true);
    return `Does not match: ${failing?.text ?? rule.match} does not hold.`;
  }
  if (sample === undefined) return `Matches: the result is ${outcome}.`;
  const side = sample.draw < sample.percent ? 'within' : 'beyond';
  const draw = sample.draw.toFixed(2);
  return `Matches: the random number ${draw} is ${side} its ${sample.percent} percent: ${outcome}.`;
}
