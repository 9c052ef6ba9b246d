import type { RuleList, ThrottleRule } from '#antenna/throttle';
import { type CliContext, print, printLine } from '../cli-context.js';
import { describeOutcome } from './describe-outcome.js';
import { readRuleShares } from './rule-shares.js';
import { nameOf, readRuleset, type RulesSource } from './read-ruleset.js';

/** Describes rules in the order in which they are evaluated; live ones with their share of recent reports. */
export async function explainRules(
  source: RulesSource,
  { json }: { readonly json?: true },
  context: CliContext,
): Promise<void> {
  const { revision, document } = await readRuleset(source, context);
  const { rules, lists } = document;
  const shares = await readRuleShares(source, context);
  if (json === true) {
    const described = rules.map((rule) => ({
      ...rule,
      outcome: describeOutcome(rule),
      reports: shares.countOf(rule.name),
    }));
    const explained = { source: nameOf(source), revision, rules: described, lists };
    await printLine(context.stdout, JSON.stringify(explained, null, 2));
    return;
  }
  const lines = [
    `${nameOf(source)}, revision ${revision}. The rules are evaluated in this order until one decides.`,
    ...shares.heading,
    '',
    ...rules.map(
      (rule, index) =>
        `${String(index + 1).padStart(3)}. ${shares.of(rule.name)}${describeRule(rule)}`,
    ),
    ...(rules.some(decidesAll)
      ? []
      : [`     ${shares.of('NO_MATCH')}otherwise: reject (NO_MATCH)`]),
    ...Object.entries(lists).flatMap(([name, list]) => [`\n${name}:`].concat(listLines(list))),
  ];
  await print(context.stdout, lines.map((line) => `${line}\n`).join(''));
}

function describeRule(rule: ThrottleRule): string {
  const { name, description, match } = rule;
  const title = description === undefined ? name : `${name} — ${description}`;
  const condition = match.trim().replaceAll(/\s*\n\s*/g, ' ');
  const when = condition === 'true' ? 'always' : `when ${condition}`;
  return `${title}\n     ${when}: ${describeOutcome(rule)}`;
}

function decidesAll(rule: ThrottleRule): boolean {
  const decides =
    'result' in rule || (rule.sample.within !== 'continue' && rule.sample.beyond !== 'continue');
  return rule.match.trim() === 'true' && decides;
}

function listLines(list: RuleList): string[] {
  return isFlat(list)
    ? [`  ${list.join(', ')}`]
    : Object.entries(list).map(([group, items]) => `  ${group}: ${items.join(', ')}`);
}

/** `Array.isArray` does not narrow read-only arrays. */
function isFlat(list: RuleList): list is readonly string[] {
  return Array.isArray(list);
}
