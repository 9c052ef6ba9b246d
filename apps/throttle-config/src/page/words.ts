import type { ThrottleRule } from '#antenna/throttle';

import { type Html, html } from './html.js';

/** The outcome of a rule for a table: `10 % accept, the others reject`. */
export function outcomeInWords(rule: ThrottleRule): string {
  if ('result' in rule) return rule.result;
  const { percent, within, beyond, by } = rule.sample;
  const same = by === undefined ? '' : `, the same for the same ${by}`;
  return `${percent} % ${within}, the others ${beyond}${same}`;
}

/** A time that people and programs can read, in UTC like the times in the log. */
export function time(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : `${noun}s`}`;
}
