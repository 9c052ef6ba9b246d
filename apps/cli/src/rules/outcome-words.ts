import type { SampleOutcome, ThrottleRule } from '#antenna/throttle';

/** What a rule does with the reports that it matches, in plain words: `keep 10 %, reject the rest`. */
export function outcomeInWords(rule: ThrottleRule): string {
  if ('result' in rule) {
    return rule.result === 'fakeaccept'
      ? 'drop and answer as if kept'
      : shareInWords(rule.result, 'all');
  }
  const { percent, within, beyond, by } = rule.sample;
  const stable = by === undefined ? '' : `; the same for equal ${by}`;
  return `${shareInWords(within, `${percent} %`)}, ${shareInWords(beyond, 'the rest')}${stable}`;
}

function shareInWords(outcome: SampleOutcome, share: string): string {
  switch (outcome) {
    case 'accept':
      return `keep ${share}`;
    case 'reject':
      return `reject ${share}`;
    case 'defer':
      return `store ${share} without processing`;
    case 'fakeaccept':
      return `drop ${share} and answer as if kept`;
    case 'continue':
      return `let ${share} go on to the next rule`;
  }
}
