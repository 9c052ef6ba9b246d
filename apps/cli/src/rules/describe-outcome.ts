import type { SampleOutcome, ThrottleRule } from '#antenna/throttle';

/** What a rule does with the reports that it matches: `keep 10 %, reject the rest`. */
export function describeOutcome(rule: ThrottleRule): string {
  if ('result' in rule) {
    if (rule.result === 'fakeaccept') return 'drop and answer as if kept';
    const stop =
      rule.stopSending === true ? ', and tell clients to send no more of this version' : '';
    return `${describeShare(rule.result, 'all')}${stop}`;
  }
  const { percent, within, beyond, by } = rule.sample;
  const stable = by === undefined ? '' : `; the same for equal ${by}`;
  return `${describeShare(within, `${percent} %`)}, ${describeShare(beyond, 'the rest')}${stable}`;
}

function describeShare(outcome: SampleOutcome, share: string): string {
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
