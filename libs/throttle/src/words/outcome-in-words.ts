import type { SampleOutcome, ThrottleRule } from '../document/ruleset-document.js';
import { parseExpression } from '../language/rule-language.js';
import { subjectInWords } from './subject-in-words.js';
import type { Words } from './words.js';

/** What a rule does with the reports that it matches: `keep 10 %, reject the rest`. */
export function outcomeInWords(rule: ThrottleRule): Words {
  if ('result' in rule) {
    const stop =
      rule.stopSending === true ? ', and tell clients to send no more of this version' : '';
    return [`${action(rule.result, '')}${stop}`];
  }
  const { percent, within, beyond, by } = rule.sample;
  const sentence = `${action(within, ` ${percent} %`)}, ${action(beyond, ' the rest')}`;
  if (by === undefined) return [sentence];
  const key = subjectInWords(parseExpression(by)) ?? [{ kind: 'expression', text: by }];
  return [`${sentence}, always the same for the same `, ...key];
}

function action(outcome: SampleOutcome, which: string): string {
  switch (outcome) {
    case 'accept':
      return `keep${which}`;
    case 'defer':
      return `keep${which} without processing`;
    case 'reject':
      return `reject${which}`;
    case 'fakeaccept':
      return `pretend to keep${which}`;
    case 'continue':
      return `pass${which} on to the next rules`;
  }
}
