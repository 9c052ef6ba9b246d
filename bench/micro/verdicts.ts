/** How many verdicts per second of CPU time the whole Mozilla ruleset gives. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import { mozillaRuleset } from '#antenna/bundled-rules';
import { corpusKinds, reportCorpus } from '#antenna/report-corpus';
import { Metrics } from '#antenna/telemetry';
import { annotationsForRules, type EvaluationOptions, parseRuleset } from '#antenna/throttle';

import { ShadowRun } from '../../apps/ingest/src/throttle/shadow/shadow-run.js';
import { TimeShare } from '../../apps/ingest/src/throttle/shadow/time-share.js';
import { cpuMicroseconds, runMicro } from './run-micro.js';

/** Each figure is one round. */
export interface Verdicts {
  /** Verdicts per second of CPU time, on annotations that are strings. */
  readonly perSecond: number[];
  /** The same including the conversion to strings, which ingest does for each report. */
  readonly perSecondWithStrings: number[];
  /** Verdicts of the live rules, with the same rules as a draft in their shadow. */
  readonly perSecondWithShadow: number[];
  /** Reports of the mix by the rule that decided them. */
  readonly decided: Record<string, number>;
}

const reportsOfEach = 8;
/** Passes over all reports of the mix; some tenths of a second each. */
const passes = 250;
const unlimited = new TimeShare({ share: 1, burstMs: Number.MAX_VALUE }, () => 0);

/** Annotations of reports that each rule decides, equally many. */
function rulesMix(now: Date): ReadonlyMap<string, string>[] {
  return corpusKinds
    .filter((kind) => /^rule:.*:match$/.test(kind))
    .flatMap((kind) => {
      const corpus = reportCorpus({ seed: 1, now, kinds: [kind] });
      return Array.from({ length: reportsOfEach }, (_, index) => {
        const annotations = corpus.at(index).expected?.annotations ?? {};
        return new Map(Object.entries(annotations as Record<string, string>));
      });
    });
}

export async function measureVerdicts(rounds: number): Promise<Verdicts> {
  return await runMicro<Verdicts>(import.meta.url, String(rounds));
}

async function verdicts(rounds: number): Promise<Verdicts> {
  const reports = rulesMix(new Date());
  const prepared = reports.map(annotationsForRules);
  const { ruleset } = parseRuleset(mozillaRuleset);
  if (!ruleset) throw new Error('the bundled rules are not valid');
  const options: EvaluationOptions = {
    now: () => new Date(),
    random: Math.random,
    onRuleError: (rule, error) => {
      throw new Error(`rule ${rule} failed`, { cause: error });
    },
  };
  const rules = (): void => {
    for (const annotations of prepared) ruleset.evaluate(annotations, options);
  };
  const withStrings = (): void => {
    for (const report of reports) ruleset.evaluate(annotationsForRules(report), options);
  };
  const shadow = new ShadowRun(
    { id: 'bench', draft: ruleset, ageMs: 0, remainingMs: 3_600_000, time: unlimited },
    new Metrics(),
  );
  const withShadow = async (): Promise<void> => {
    for (const annotations of prepared) {
      const chance = shadow.next();
      if (!chance) throw new Error('the draft is not evaluated');
      const decision = ruleset.evaluate(annotations, { ...options, ...chance });
      shadow.compareSoon(
        { annotations, decision, decisionMs: 0, product: 'Firefox', channel: 'release' },
        chance,
      );
    }
    await nextTurn();
  };
  const perSecond = async (decide: () => void | Promise<void>): Promise<number> => {
    const us = await cpuMicroseconds(async () => {
      for (let pass = 0; pass < passes; pass += 1) await decide();
    });
    return (passes * reports.length * 1e6) / us;
  };
  const result: Verdicts = {
    perSecond: [],
    perSecondWithStrings: [],
    perSecondWithShadow: [],
    decided: {},
  };
  for (const annotations of prepared) {
    const { rule } = ruleset.evaluate(annotations, options);
    result.decided[rule] = (result.decided[rule] ?? 0) + 1;
  }
  // The first runs only warm up.
  for (const decide of [rules, withStrings, withShadow]) await perSecond(decide);
  for (let round = 0; round < rounds; round += 1) {
    result.perSecond.push(await perSecond(rules));
    result.perSecondWithStrings.push(await perSecond(withStrings));
    result.perSecondWithShadow.push(await perSecond(withShadow));
  }
  return result;
}

if (import.meta.main)
  process.stdout.write(JSON.stringify(await verdicts(Number(process.argv[2] ?? 1))));
