import { Injectable } from '@nestjs/common';

import type { JsonValue } from '#antenna/crash-report';
import { annotationsForRules, InvalidRulesetError } from '#antenna/throttle';

import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import { DryRunThread } from './dry-run-thread.js';
import type { EvaluateAnswer, ValidateAnswer } from './dry-run.dto.js';

/** Validates and evaluates rulesets without changing the live one. */
@Injectable()
export class DryRunService {
  constructor(
    private readonly current: CurrentRuleset,
    private readonly thread: DryRunThread,
  ) {}

  async validate(yaml: string): Promise<ValidateAnswer> {
    const { revision, errors, warnings } = await this.thread.run({ rules: { yaml } });
    return revision === undefined
      ? { valid: false, errors, warnings }
      : { valid: true, revision, errors, warnings };
  }

  /**
   * Evaluates the annotations with the given ruleset, or with the live one.
   * @throws {InvalidRulesetError} if the given ruleset is not valid
   */
  async evaluate(
    annotations: ReadonlyMap<string, JsonValue>,
    yaml?: string,
  ): Promise<EvaluateAnswer> {
    const { canonicalJson } = this.current.live.ruleset;
    const { revision, explanation, errors } = await this.thread.run({
      rules: yaml === undefined ? { canonicalJson } : { yaml },
      annotations: annotationsForRules(annotations),
    });
    if (revision === undefined || explanation === undefined) throw new InvalidRulesetError(errors);
    return { revision, ...explanation };
  }
}
