import { ValidateBy } from 'class-validator';

import { rulesetLimits } from '#antenna/throttle';

const outcomes: ReadonlySet<string> = new Set([
  'accept',
  'defer',
  'reject',
  'fakeaccept',
  'continue',
]);
/** Every rule of the largest ruleset, and NO_MATCH. */
const maxRules = rulesetLimits.rules + 1;
const maxCount = 1e9;

/** Counts by rule and outcome: `{"is_nightly": {"accept": 12}}`. */
export function IsRuleCounts(): PropertyDecorator {
  return ValidateBy({
    name: 'isRuleCounts',
    validator: {
      validate: (value: unknown) => isRuleCounts(value),
      defaultMessage: () =>
        `rules must hold at most ${maxRules} rule names, each with counts of ${[...outcomes].join(', ')}`,
    },
  });
}

function isRuleCounts(value: unknown): boolean {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= maxRules &&
    entries.every(([rule, counts]) => isRuleName(rule) && isObject(counts) && areCounts(counts))
  );
}

function isRuleName(name: string): boolean {
  return /^[A-Za-z0-9_]+$/.test(name) && name.length <= rulesetLimits.nameCharacters;
}

function areCounts(counts: object): boolean {
  return Object.entries(counts).every(
    ([outcome, count]) =>
      outcomes.has(outcome) && Number.isInteger(count) && count >= 0 && count <= maxCount,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
