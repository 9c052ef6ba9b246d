import type { CheckedRule } from './check-rule.js';
import type { ThrottleRule } from '../document/ruleset-document.js';
import type { Findings } from '#antenna/yaml-document';

/** Warns of valid but probably unintended content: rules that are never reached, unused lists, pointless samples. */
export function addRulesetWarnings(
  rules: readonly CheckedRule[],
  lists: readonly string[],
  findings: Findings,
): void {
  const last = rules.findIndex(({ rule, match }) => match.alwaysTrue && alwaysDecides(rule));
  const lastName = rules[last]?.rule.name ?? '';
  for (const [index, { rule }] of rules.entries()) {
    if (last >= 0 && index > last) {
      findings.warning(
        ['rules', index, 'name'],
        `${rule.name} is never reached: ${lastName} decides every report before it`,
        `move it above ${lastName}`,
      );
    }
    if ('result' in rule && rule.stopSending === true && !/version|build/i.test(rule.match)) {
      findings.warning(
        ['rules', index, 'match'],
        `${rule.name} stops the reports of every version, also of future ones`,
        'add a condition on version(): clients cannot be told to send again',
      );
    }
    if ('sample' in rule && (rule.sample.percent === 0 || rule.sample.percent === 100)) {
      const side = rule.sample.percent === 0 ? 'beyond' : 'within';
      findings.warning(
        ['rules', index, 'sample', 'percent'],
        `a sample of ${rule.sample.percent} percent has no effect: ${side} always applies`,
        `write the result of ${side} instead, or change the percentage`,
      );
    }
  }
  for (const name of lists) {
    if (!rules.some(({ match, by }) => match.names.has(name) || by?.names.has(name) === true))
      findings.warning(['lists', name], `no rule uses the list ${name}`, 'remove it');
  }
}

/** Whether the rule decides every report that it matches. */
function alwaysDecides(rule: ThrottleRule): boolean {
  if ('result' in rule) return true;
  const { percent, within, beyond } = rule.sample;
  const withinDecides = within !== 'continue' || percent === 0;
  const beyondDecides = beyond !== 'continue' || percent === 100;
  return withinDecides && beyondDecides;
}
