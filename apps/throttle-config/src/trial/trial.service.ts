import { Injectable } from '@nestjs/common';

import type { JsonValue } from '#antenna/crash-report';
import {
  annotationsForRules,
  type CompiledRuleset,
  InvalidRulesetError,
  parseRuleset,
  type RulesetDocument,
  rulesetRevision,
} from '#antenna/throttle';

import { compileForTrial } from '../ruleset/accepted-ruleset.js';
import { RulesetHolder } from '../ruleset/ruleset-holder.js';
import { explainRule } from './explain-rule.js';
import type { EvaluateAnswer, ValidateAnswer } from './trial-answers.dto.js';

/** Dry runs: nothing here changes what is live. */
@Injectable()
export class TrialService {
  constructor(private readonly holder: RulesetHolder) {}

  validate(text: string): ValidateAnswer {
    const { ruleset, errors, warnings } = parseRuleset(text);
    return ruleset
      ? { valid: true, revision: rulesetRevision(ruleset), errors, warnings }
      : { valid: false, errors, warnings };
  }

  /**
   * Runs the annotations through the live ruleset, or through the one that is given.
   * @throws InvalidRulesetError when the given one is not valid
   */
  evaluate(annotations: ReadonlyMap<string, JsonValue>, text?: string): EvaluateAnswer {
    const { document, compiled } = text === undefined ? this.holder.live : compiledFrom(text);
    const { verdict, rule, rules } = compiled.explain(annotationsForRules(annotations));
    const explained = document.rules.flatMap((asked, index) => {
      const explanation = rules[index];
      return explanation
        ? [Object.assign(explanation, { why: explainRule(asked, explanation) })]
        : [];
    });
    return { revision: compiled.revision, verdict, rule, rules: explained };
  }
}

function compiledFrom(text: string): { document: RulesetDocument; compiled: CompiledRuleset } {
  const { ruleset, errors } = parseRuleset(text);
  if (!ruleset) throw new InvalidRulesetError(errors);
  return { document: ruleset, compiled: compileForTrial(ruleset) };
}
