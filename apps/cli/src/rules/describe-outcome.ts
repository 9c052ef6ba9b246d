import { outcomeInWords, type ThrottleRule } from '#antenna/throttle';

/** What a rule does with the reports that it matches, as on the rules page: `keep 10 %, reject the rest`. */
export function describeOutcome(rule: ThrottleRule): string {
  return outcomeInWords(rule)
    .map((word) => (typeof word === 'string' ? word : word.text))
    .join('');
}
