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

import { compileForDryRun } from '../../ruleset/accepted-ruleset.js';
import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import { explainRule } from './explain-rule.js';
import type { EvaluateAnswer, ValidateAnswer } from './dry-run-answers.dto.js';

/** Dry runs: nothing here changes what is live. */
@Injectable()
export class DryRunService {
  constructor(private readonly holder: CurrentRuleset) {}

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
  return { document: ruleset, compiled: compileForDryRun(ruleset) };
}
