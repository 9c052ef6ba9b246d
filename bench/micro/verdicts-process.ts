/**
 * How many verdicts a second the whole Mozilla ruleset gives, by the CPU time that they take. Prints `Verdicts`
 * as JSON. Argument: rounds.
 */
import { mozillaRuleset } from '#antenna/bundled-rules';
import {
  annotationsForRules,
  type EvaluationOptions,
  parseRuleset,
  type Ruleset,
} from '#antenna/throttle';

import { cpuMicroseconds } from './cpu-time.js';
import { reportMix } from './report-mix.js';
import type { Verdicts } from './verdicts.js';

/** Passes over all reports of the mix; some tenths of a second each. */
const passes = 250;
const reports = reportMix(new Date());
const prepared = reports.map(annotationsForRules);
const ruleset = parsed();
const options: EvaluationOptions = {
  now: () => new Date(),
  random: Math.random,
  onRuleError: (rule, error) => {
    throw new Error(`rule ${rule} failed`, { cause: error });
  },
};

function parsed(): Ruleset {
  const { ruleset: valid } = parseRuleset(mozillaRuleset);
  if (!valid) throw new Error('the bundled rules are not valid');
  return valid;
}

async function perSecond(decide: () => void): Promise<number> {
  const us = await cpuMicroseconds(() => {
    for (let pass = 0; pass < passes; pass += 1) decide();
  });
  return (passes * reports.length * 1e6) / us;
}

const rules = (): void => {
  for (const annotations of prepared) ruleset.evaluate(annotations, options);
};
const withTexts = (): void => {
  for (const annotations of reports) ruleset.evaluate(annotationsForRules(annotations), options);
};

const decided: Record<string, number> = {};
for (const annotations of prepared) {
  const { rule } = ruleset.evaluate(annotations, options);
  decided[rule] = (decided[rule] ?? 0) + 1;
}
await perSecond(rules);
await perSecond(withTexts);
const result: Verdicts = { perSecond: [], perSecondWithTexts: [], decided };
for (let round = 0; round < Number(process.argv[2] ?? 1); round += 1) {
  result.perSecond.push(await perSecond(rules));
  result.perSecondWithTexts.push(await perSecond(withTexts));
}
process.stdout.write(JSON.stringify(result));
