import type { RuleExplanation, ThrottleRule } from '#antenna/throttle';

/** In a sentence for the rule's author: why the rule matched or not, and what it gave. */
export function explainRule(
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
  return `Matches: ${draw} was drawn, which is ${side} its ${sample.percent} percent: ${outcome}.`;
}
