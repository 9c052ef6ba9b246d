import type { CheckedRule } from './check-rule.js';
import type { CompiledExpression } from '../language/rule-language.js';
import type { Sample, SampleOutcome, Verdict } from '../document/ruleset-document.js';
import { randomDraw, stableDraw } from './sampling.js';

/** A rule that can be run against the annotations that its language was given. */
export interface RunnableRule {
  readonly name: string;
  readonly match: CompiledExpression;
  readonly outcome: Verdict | RunnableSample;
}

export interface RunnableSample extends Sample {
  /** A point from 0 (included) to 100 (excluded) for the report at hand. */
  draw(): number;
}

export function runnableRule({ rule, match, by }: CheckedRule, random: () => number): RunnableRule {
  const { name } = rule;
  if ('result' in rule) return { name, match, outcome: rule.result };
  const draw = () => {
    const text = by?.run();
    return typeof text === 'string' && text !== '' ? stableDraw(name, text) : randomDraw(random);
  };
  return { name, match, outcome: { ...rule.sample, draw } };
}

/** The side of a sample on which a draw falls. */
export function sampleSide({ percent, within, beyond }: Sample, draw: number): SampleOutcome {
  return draw < percent ? within : beyond;
}
